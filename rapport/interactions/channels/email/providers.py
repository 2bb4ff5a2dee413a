"""Domains where anybody can have a mailbox: they say nothing about somebody's organisation."""

from .wordlist import words

PUBLIC_PROVIDERS = words(
    """
    gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com
    hotmail.de hotmail.fr hotmail.co.uk hotmail.it hotmail.es live.com live.de live.nl live.fr live.co.uk
    msn.com passport.com yahoo.com yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.co.uk yahoo.co.jp
    yahoo.co.in yahoo.ca yahoo.com.br yahoo.com.au ymail.com rocketmail.com aol.com aim.com icloud.com
    me.com mac.com gmx.de gmx.net gmx.at gmx.ch gmx.com web.de freenet.de t-online.de arcor.de mail.de
    email.de posteo.de posteo.net mailbox.org online.de vodafone.de kabelmail.de tutanota.com tutanota.de
    tuta.io tuta.com proton.me protonmail.com protonmail.ch pm.me fastmail.com fastmail.fm hey.com
    zoho.com zohomail.com zohomail.eu yandex.com yandex.ru ya.ru mail.ru bk.ru inbox.ru list.ru
    rambler.ru ukr.net orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr libero.it
    virgilio.it tiscali.it alice.it tin.it telefonica.net terra.com.br uol.com.br bol.com.br ig.com.br
    sapo.pt ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl hetnet.nl skynet.be telenet.be proximus.be
    bluewin.ch sunrise.ch hispeed.ch aon.at chello.at a1.net wp.pl o2.pl onet.pl interia.pl gazeta.pl
    seznam.cz centrum.cz email.cz azet.sk btinternet.com bt.com virginmedia.com sky.com talktalk.net
    ntlworld.com blueyonder.co.uk tiscali.co.uk comcast.net verizon.net att.net sbcglobal.net
    bellsouth.net cox.net charter.net earthlink.net optonline.net frontier.com mail.com email.com usa.com
    gmx.us inbox.com rediffmail.com qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com
    aliyun.com 139.com naver.com hanmail.net daum.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp
    nifty.com biglobe.ne.jp bigpond.com optusnet.com.au iinet.net.au xtra.co.nz sympatico.ca rogers.com
    shaw.ca telus.net videotron.ca walla.co.il bezeqint.net abv.bg mynet.com duck.com riseup.net
    disroot.org hushmail.com runbox.com startmail.com mailfence.com privaterelay.appleid.com
    users.noreply.github.com
    """
)
