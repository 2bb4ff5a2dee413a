"""What organisations are called and do."""

TRADES = (
    "Dairy", "Optics", "Marine", "Brewing", "Plastics", "Logistics", "Pharma", "Water", "Ceramics", "Robotics",
    "Foods", "Energy", "Textiles", "Glass", "Paper", "Coatings", "Foundry", "Diagnostics", "Packaging", "Timber",
)  # fmt: skip
JOBS = {
    "en": ("Head of Purchasing", "Plant Manager", "Quality Engineer", "Maintenance Lead", "Managing Director", "Lab Manager", "Office Manager", "Project Engineer"),
    "de": ("Leitung Einkauf", "Werksleiter", "Qualitätsingenieurin", "Instandhaltung", "Geschäftsführerin", "Laborleitung"),
    "fr": ("Responsable achats", "Directrice d'usine", "Ingénieur qualité", "Chef de projet", "Gérante"),
    "es": ("Jefe de compras", "Directora de planta", "Ingeniero de calidad", "Responsable de laboratorio"),
    "it": ("Responsabile acquisti", "Direttrice di stabilimento", "Ingegnere di processo", "Titolare"),
    "nl": ("Hoofd inkoop", "Bedrijfsleider", "Kwaliteitsmedewerker", "Projectleider"),
    "pt": ("Gerente de compras", "Diretora industrial", "Engenheiro de qualidade", "Coordenador de projetos"),
}  # fmt: skip
STREETS = {
    "GB": "{} Mill Lane", "US": "{} Cottonwood Ave", "DE": "Lindenstraße {}", "FR": "{} rue des Tanneurs",
    "ES": "Calle Mayor {}", "IT": "Via Garibaldi {}", "NL": "Havenstraat {}", "BR": "Rua das Acácias {}",
}  # fmt: skip
PRODUCTS = ("Aurora 200", "Borealis S", "Fjord 12", "Polaris Pro", "Lumen X", "Skerry Mini", "Tundra 40")
TAGS = ("VIP", "Newsletter", "Trade fair", "Spare parts", "Pays late", "Reference customer", "Do not call")
PROVIDERS = ("post.example", "mail.example", "inbox.example")
"""Where private people have their mailboxes."""
