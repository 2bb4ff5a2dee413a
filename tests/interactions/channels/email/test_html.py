"""What comes out of `clean_html` can be shown; property-tested against markup made to break it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.interactions.channels.email.html import clean_html

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=https://evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src='javascript:alert(1)'>",
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href=" &#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="//evil.example">x</a>',
    "<svg onload=alert(1)><image href=https://evil.example/a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='https://evil.example/x.swf'></object><embed src=https://evil.example/y>",
    "<form action=https://evil.example><input name=p><button>send</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css'; body { background: url(https://evil.example) }</style>",
    "<p style='background-image:url(https://evil.example/t.gif)'>x</p>",
    "<p style='color:red;background:\\75rl(https://evil.example/t.gif)'>x</p>",
    "<p style='width:expression(alert(1))'>x</p>",
    "<p style='position:fixed;top:0;left:0;width:100%'>x</p>",
    "<p style='font-family:a;list-style-image:url(https://evil.example)'>x</p>",
    "<table background='https://evil.example/t.gif'><tr><td background=https://evil.example/u>x</table>",
    "<img srcset='https://evil.example/t.gif 2x'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<video src=https://evil.example poster=https://evil.example/p></video><audio src=//evil.example>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![if IE]><script>alert(1)</script><![endif]>",
    "<img title='<img src=https://evil.example/t.gif>' alt='\" src=\"x-remote:https://evil.example'>",
    "<a href=https://ok.example ping=https://evil.example onclick=alert(1)>x</a>",
    "<textarea><img src=https://evil.example/></textarea>",
    "<div id=a name=b class=c contenteditable tabindex=0 accesskey=x draggable=true>x</div>",
    "<img src=x-remote:https://evil.example/t.gif>",
    "<img data-remote-src='javascript:alert(1)'>",
    "<p style='color:image-set(\"https://evil.example/t.gif\" 1x)'>x</p>",
]
FORBIDDEN = re.compile(
    r"<(?:script|style|iframe|object|embed|form|input|button|meta|base|link|svg|math|video|audio|template|noscript)"
    r"|\son\w+=|javascript:|vbscript:|url\(|expression\(|position:|srcset|background=|\sping="
    r'|\s(?:id|name|class|contenteditable)=|<img[^>]*\ssrc="(?!cid:)',
    re.IGNORECASE,
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from(ATTACKS),
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div style='",
                '"',
                "'",
                ">",
                "<b",
                "<table><td>",
                "</table>",
                "&lt;",
                "&#0;",
                "<a href='https://a.example'>",
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=8,
).map("".join)


def _tags(html: str) -> str:
    """The markup without its text: what a browser acts on."""
    return "".join(re.findall(r'<(?:[^"<>]|"[^"]*")*>', html))


@pytest.mark.parametrize("attack", ATTACKS)
def test_clean_html_attack_leaves_nothing_that_runs_or_loads(attack: str) -> None:
    for html in (attack, f"<div>{attack}</div>", f'<p title="{attack}">x</p>'):
        values_removed = re.sub(r'(title|alt)="[^"]*"', "", clean_html(html).html)
        assert not FORBIDDEN.search(_tags(values_removed))


@settings(max_examples=150, deadline=None)
@given(PIECES)
def test_clean_html_any_markup_is_idempotent_and_harmless(html: str) -> None:
    once = clean_html(html)
    assert clean_html(once.html) == once
    assert not FORBIDDEN.search(re.sub(r'(title|alt)="[^"]*"', "", _tags(once.html)))


def test_clean_html_remote_image_waits() -> None:
    cleaned = clean_html('<p>Hi <img src="https://a.example/b.png?x=1&amp;y=2" width="3" alt="logo"></p>')
    assert cleaned.html == (
        '<p>Hi <img alt="logo" data-remote-src="https://a.example/b.png?x=1&amp;y=2" width="3"></p>'
    )
    assert cleaned.remote_images


def test_clean_html_embedded_image_stays() -> None:
    cleaned = clean_html('<img src="cid:logo@a.example">')
    assert cleaned == ('<img src="cid:logo@a.example">', False)


def test_clean_html_link_opens_apart_and_tells_nobody() -> None:
    assert clean_html('<a href="https://a.example/">a</a>').html == (
        '<a href="https://a.example/" target="_blank" rel="noopener noreferrer nofollow">a</a>'
    )


@pytest.mark.parametrize("href", ["http://a.example", "https://a.example", "mailto:a@b.example", "tel:+49305550"])
def test_clean_html_link_of_known_scheme_stays(href: str) -> None:
    assert f'href="{href}"' in clean_html(f'<a href="{href}">x</a>').html


def test_clean_html_style_keeps_the_look() -> None:
    html = "<p style=\"color: rgb(1, 2, 3); margin-top:4px; font-family: 'Segoe UI', Arial; behavior:x\">x</p>"
    assert clean_html(html).html == (
        "<p style=\"color:rgb(1, 2, 3);margin-top:4px;font-family:'Segoe UI', Arial\">x</p>"
    )


def test_clean_html_text_that_looks_like_markup_is_untouched() -> None:
    text = '&lt;img src="x-remote:https://a.example"&gt; src="x-remote:b"'
    assert clean_html(f"<p>{text}</p>").html == f"<p>{text}</p>"


def test_clean_html_nul_and_surrogates_are_replaced() -> None:
    assert clean_html("<p>a\x00b\ud800c</p>").html == "<p>ab\ufffdc</p>"
