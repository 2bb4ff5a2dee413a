"""Domains at which anybody can have a mailbox, so that they tell nothing about whom its owner works for."""


def _listed(domains: str) -> frozenset[str]:
    return frozenset(domains.split())


PROVIDERS = _listed("""
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com passport.com windowslive.com
    icloud.com me.com mac.com aol.com aim.com ymail.com rocketmail.com myyahoo.com proton.me protonmail.com
    protonmail.ch pm.me tutanota.com tutanota.de tutamail.com tuta.io tuta.com keemail.me zoho.com
    zohomail.com zohomail.eu mail.com email.com usa.com post.com europe.com asia.com consultant.com
    engineer.com dr.com writeme.com iname.com inbox.com gmx.net gmx.com gmx.de gmx.at gmx.ch gmx.us
    gmx.co.uk gmx.fr fastmail.com fastmail.fm fastmail.net hushmail.com hush.com mailfence.com startmail.com
    runbox.com hey.com posteo.de posteo.net posteo.eu mailbox.org disroot.org riseup.net duck.com
    mozmail.com simplelogin.com lycos.com excite.com rediffmail.com juno.com netzero.net earthlink.net
    mindspring.com prodigy.net comcast.net xfinity.com verizon.net att.net sbcglobal.net bellsouth.net
    ameritech.net pacbell.net swbell.net charter.net spectrum.net cox.net optonline.net optimum.net
    roadrunner.com rr.com windstream.net frontier.com frontiernet.net centurylink.net centurytel.net
    embarqmail.com q.com suddenlink.net cableone.net tds.net rogers.com bell.net sympatico.ca shaw.ca
    telus.net videotron.ca cogeco.ca eastlink.ca web.de freenet.de t-online.de arcor.de online.de
    vodafone.de vodafonemail.de kabelmail.de unity-mail.de email.de mail.de 1und1.de aol.de firemail.de
    o2online.de o2mail.de alice.de alice-dsl.net ewetel.net ewe.net netcologne.de osnanet.de versanet.de
    magenta.de epost.de aon.at chello.at a1.net utanet.at inode.at kabsi.at liwest.at drei.at bluewin.ch
    bluemail.ch sunrise.ch hispeed.ch swissonline.ch swissmail.org vtxmail.ch orange.fr wanadoo.fr free.fr
    laposte.net sfr.fr neuf.fr bbox.fr numericable.fr club-internet.fr cegetel.net aliceadsl.fr noos.fr
    voila.fr 9online.fr bouyguestelecom.fr libero.it virgilio.it alice.it tin.it tim.it tiscali.it email.it
    inwind.it iol.it fastwebnet.it poste.it pec.it legalmail.it arubapec.it telefonica.net movistar.es
    terra.es ono.com vodafone.es jazztel.es euskaltel.es telefonica.es sapo.pt mail.telepac.pt netcabo.pt
    clix.pt iol.pt meo.pt ziggo.nl kpnmail.nl planet.nl kpn.nl xs4all.nl hetnet.nl home.nl casema.nl
    chello.nl upcmail.nl quicknet.nl telfort.nl tele2.nl zonnet.nl zeelandnet.nl solcon.nl caiway.nl
    online.nl telenet.be skynet.be proximus.be scarlet.be belgacom.net voo.be pandora.be pt.lu internet.lu
    btinternet.com btopenworld.com sky.com virginmedia.com ntlworld.com blueyonder.co.uk talktalk.net
    tiscali.co.uk plusnet.com plus.com freeserve.co.uk tesco.net o2.co.uk eircom.net telia.com bredband.net
    comhem.se bahnhof.se spray.se swipnet.se glocalnet.net passagen.se online.no getmail.no frisurf.no
    broadpark.no lyse.net jubii.dk mail.dk stofanet.dk tdcadsl.dk youmail.dk kolumbus.fi elisanet.fi
    luukku.com suomi24.fi welho.com pp.inet.fi simnet.is wp.pl o2.pl onet.pl onet.eu op.pl vp.pl
    poczta.onet.pl interia.pl interia.eu poczta.fm gazeta.pl tlen.pl go2.pl seznam.cz email.cz post.cz
    centrum.cz volny.cz atlas.cz centrum.sk azet.sk zoznam.sk post.sk freemail.hu citromail.hu t-online.hu
    indamail.hu abv.bg mail.bg dir.bg siol.net net.hr inet.hr mail.ee hot.ee inbox.lv inbox.lt takas.lt
    otenet.gr forthnet.gr in.gr mynet.com superonline.com ttmail.com mail.ru bk.ru inbox.ru list.ru
    internet.ru rambler.ru lenta.ru ro.ru yandex.ru yandex.com ya.ru narod.ru ukr.net i.ua meta.ua
    bigmir.net tut.by mail.kz qq.com foxmail.com 163.com 126.com yeah.net 188.com sina.com sina.cn sohu.com
    139.com 189.cn 21cn.com tom.com aliyun.com wo.cn naver.com hanmail.net daum.net nate.com kakao.com
    docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp nifty.com biglobe.ne.jp ocn.ne.jp so-net.ne.jp
    excite.co.jp infoseek.jp hinet.net pchome.com.tw netvigator.com singnet.com.sg pacific.net.sg
    bigpond.com bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au ozemail.com.au westnet.com.au
    internode.on.net xtra.co.nz slingshot.co.nz orcon.net.nz vodafone.co.nz uol.com.br bol.com.br
    terra.com.br ig.com.br globo.com globomail.com r7.com oi.com.br zipmail.com.br prodigy.net.mx
    terra.com.mx fibertel.com.ar arnet.com.ar speedy.com.ar ciudad.com.ar adinet.com.uy vtr.net mweb.co.za
    telkomsa.net webmail.co.za vodamail.co.za iafrica.com lantic.net walla.com walla.co.il netvision.net.il
    bezeqint.net 012.net.il zahav.net.il maktoob.com emirates.net.ae sify.com indiatimes.com in.com
    vsnl.com vsnl.net bsnl.in dataone.in privaterelay.appleid.com users.noreply.github.com
    mailinator.com guerrillamail.com yopmail.com 10minutemail.com trashmail.com temp-mail.org
    sharklasers.com
""")

# These run their service under *com* and the suffixes of most countries.
PROVIDERS_EVERYWHERE = _listed("gmail googlemail hotmail outlook live yahoo yandex gmx aol ymail")

# Labels under which domains are registered where the last label is a country's; only those that nobody
# would register for themselves.
SECOND_LEVEL = _listed("""
    co com net org edu gov gob gouv govt ac or ne go ltd plc sch nhs police asn mil nom gen geek
""")
