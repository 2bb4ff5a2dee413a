"""Words, folded, that tell whether a text names a person, and where their family name stands."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


ORGANIZATION = _listed("""
    ltd limited llc llp lp inc incorporated corp corporation company plc gmbh mbh ag kg ohg ug sa sas sarl
    sasu srl spa snc bv nv vof oy oyj ab aps sl slu slp lda ltda sro doo zrt kft bt pty pte pvt holding
    holdings group gruppe groupe grupo university universitat universite universidad institute institut
    foundation stiftung association verein bank versicherung insurance agency agentur consulting logistics
    logistik solutions systems technologies software services hotel restaurant verlag ministry department
""")
ROLES = _listed("""
    info reply support sales contact kontakt noreply newsletter news team office buero service services
    billing
    invoice invoices accounts admin administrator webmaster postmaster mailer daemon notifications
    notification marketing hr jobs careers helpdesk reception orders shop help security privacy abuse
    robot alerts updates buchhaltung rechnung vertrieb einkauf empfang comptabilite ventas facturacion
    undisclosed recipients
""")
# As family names they come first, even where the accents have been lost.
VIETNAMESE_FAMILIES = _listed("nguyen tran pham huynh hoang dang ngo truong")
# These are words and names of other languages without their accents.
VIETNAMESE_FAMILIES_ACCENTED = _listed("Lê Vũ Võ Đỗ Hồ Lý Bùi Đặng Phạm Đinh Đoàn Trịnh Mạc Tạ")
SPANISH_FAMILIES = _listed("""
    garcia diaz cruz ruiz reyes flores rivera morales ortiz torres ramos castillo moreno romero herrera
    medina aguilar vega castro vargas guzman mendoza rojas delgado silva molina castellanos navarro serrano
    blanco santos soto contreras luna rios campos fuentes cabrera miranda pena soler iglesias gil
""")
CHINESE_FAMILIES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖萧蕭田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范石廖贾賈夏韦韋"
)
CHINESE_DOUBLE_FAMILIES = _listed("欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 东方 東方 皇甫 慕容 公孙 公孫")
