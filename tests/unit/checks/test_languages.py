from __future__ import annotations

from tests.tables import each_row
from tui.checks.languages import language_code, language_of

TEXTS = {
    "en": "Your order was sent yesterday. It will arrive on Monday.",
    "de": "Ihre Bestellung wurde gestern verschickt und kommt am Montag an.",
    "fr": "Votre commande a été expédiée hier et arrivera lundi.",
    "es": "Su pedido se envió ayer y llegará el lunes.",
    "pt-BR": "Seu pedido foi enviado ontem e deve chegar na segunda-feira.",
    "ru": "Ваш заказ отправлен вчера и прибудет в понедельник.",
    "zh": "您的订单已于昨天发出，预计周一送达。",
    "ja": "ご注文の商品は昨日発送されました。月曜日に届く予定です。",
    "th": "คำสั่งซื้อของคุณถูกจัดส่งเมื่อวานนี้ และจะมาถึงในวันจันทร์",
    "ar": "تم شحن طلبك أمس وسيصل يوم الاثنين القادم.",
    "he": "ההזמנה שלך נשלחה אתמול ותגיע ביום שני הקרוב.",
    "nb": "Bestillingen din ble sendt i går og kommer fram på mandag.",
}


@each_row("code", TEXTS)
def test_the_language_of_an_answer_is_told_whatever_it_shows(code: str) -> None:
    wanted = language_code(code)
    text = TEXTS[code]
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    code_block = "```python\nfor each in range(10): print(each, 'of many words in English')\n```"
    assert language_of(text) == wanted
    assert (
        language_of(f"{text} <https://example.com/en/orders>\n\n{code_block}\n\n{table}") == wanted
    )


@each_row("text", ["", "42", "OK!", "`print('many words in English')`", "\ud800"])
def test_too_few_words_are_in_no_language(text: str) -> None:
    assert language_of(text) == ""
