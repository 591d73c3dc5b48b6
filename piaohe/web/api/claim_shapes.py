"""What the answers of /v1 look like about what a claim may be made of."""

from models.claim import Use
from piaohe.web.api.shapes import Shape


class CategoryNamed(Shape):
    id: str
    zh: str
    en: str


class PersonNamed(Shape):
    id: int
    name: str


class ClaimChoices(Shape):
    """What may be chosen in a claim; `department` and `grade` as the last approved one said."""

    categories: list[CategoryNamed]
    attachments: list[str]
    uses: list[Use]
    people: list[PersonNamed]
    department: str | None
    grade: str | None


class FreePaper(Shape):
    document: str
    name: str


class FreePapers(Shape):
    items: list[FreePaper]
