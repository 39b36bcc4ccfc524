"""What a person enters about a visit, as a form or as JSON, and the decision that it makes."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.datastructures import FormData

from pipeline.auditing import (
    ITEM_REASONS,
    BlindAnswer,
    Draft,
    ItemDecision,
    ItemWord,
    Verdict,
    blind_word,
    says_fulfilled,
)
from pipeline.results import Outcome, ScoredItem, VisitReport
from pipeline.rules import BilingualText
from pipeline.veil import asked_items

LONGEST_TEXT = 2000
_A_DAY_S = 86_400.0


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Seconds = Annotated[float, Field(ge=0, le=_A_DAY_S, allow_inf_nan=False)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]


class EnteredItem(BaseModel):
    """What was said of an item: `word`, with a `reason` where it is overturned, or `answer` where it was
    asked blind. `after` is what the outcome should have been; left out, it is the opposite."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    word: Annotated[ItemWord | None, BeforeValidator(_none_if_empty)] = None
    reason: Annotated[str, Field(max_length=40)] = ""
    after: Annotated[Outcome | None, BeforeValidator(_none_if_empty)] = None
    comment: Text = ""
    answer: Annotated[BlindAnswer | None, BeforeValidator(_none_if_empty)] = None


class Entered(BaseModel):
    """A decision as it is entered.

    report_digest: of the report that was looked at. seen_decision: the newest decision on the visit that its
    author has seen, null where there was none. token: the author's own, at least 8 characters: the same again
    gives the decision that it made before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    report_digest: Annotated[str, Field(max_length=64)]
    token: Annotated[str, Field(min_length=8, max_length=64)]
    verdict: Annotated[Verdict | None, BeforeValidator(_none_if_empty)] = None
    items: Annotated[dict[str, EnteredItem], Field(max_length=500)] = Field(default_factory=dict)
    comment: Text = ""
    seen_decision: Annotated[int | None, BeforeValidator(_none_if_empty)] = None
    seconds_spent: Annotated[Seconds | None, BeforeValidator(_none_if_empty)] = None

    def item(self, item_id: str) -> EnteredItem:
        return self.items.get(item_id, _NOTHING)


_NOTHING = EnteredItem()
_OF_ITEMS = frozenset(EnteredItem.model_fields)
_OF_VISIT = frozenset(Entered.model_fields) - {"items"}


class Incomplete(Exception):
    """What was entered is no decision yet; `problems` say what is lacking, item by item."""

    def __init__(self, problems: tuple[BilingualText, ...]) -> None:
        super().__init__("; ".join(problem.en for problem in problems))
        self.problems = problems


def from_form(form: FormData) -> Entered:
    """The fields of the page's form: `verdict`, `comment` …, and for an item `word:cloth.laid` and the like.

    Raises pydantic.ValidationError for what no page of ours sends.
    """
    items: dict[str, dict[str, Any]] = {}
    said: dict[str, Any] = {}
    for name, value in form.items():
        field, _, item_id = name.partition(":")
        if item_id and field in _OF_ITEMS:
            items.setdefault(item_id, {})[field] = value
        elif name in _OF_VISIT:
            said[name] = value
    return Entered.model_validate({**said, "items": items})


def draft_of(entered: Entered, report: VisitReport, blind: bool) -> Draft:
    """The decision. `blind` says that it is asked without the verdict. Raises Incomplete."""
    problems = tuple(_problems(entered, report, blind))
    if problems or entered.verdict is None:
        raise Incomplete(problems)
    decided = (_decided(item, entered.item(item.result.item_id)) for item in asked_items(report))
    return Draft(
        visit_id=report.visit_id,
        report_digest=entered.report_digest,
        verdict=entered.verdict,
        items=tuple(item for item in decided if item is not None),
        comment=entered.comment.strip(),
        token=entered.token,
        seen_decision=entered.seen_decision,
        seconds_spent=entered.seconds_spent,
    )


def in_words(entered: Entered, report: VisitReport) -> Entered:
    """Blind answers as the words on the outcomes that they turned out to be, for a page that shows them."""
    words = dict(entered.items)
    for item in asked_items(report):
        said = entered.item(item.result.item_id)
        if said.answer is not None:
            words[item.result.item_id] = _entered(blind_word(item, said.answer, said.comment))
    return entered.model_copy(update={"items": words})


def entered_before(items: tuple[ItemDecision, ...], comment: str, verdict: Verdict) -> Entered:
    """An earlier decision, to be changed."""
    words = {item.item_id: _entered(item) for item in items}
    return Entered(report_digest="", token="-" * 8, verdict=verdict, comment=comment, items=words)


def turned(item: ScoredItem) -> Outcome:
    """What an overturned item should have been, where nobody says otherwise."""
    return Outcome.FAIL if says_fulfilled(item) else Outcome.PASS


def _problems(entered: Entered, report: VisitReport, blind: bool) -> Iterator[BilingualText]:
    titles: Mapping[str, BilingualText] = {item.result.item_id: item.title for item in asked_items(report)}
    if entered.verdict is None:
        yield BilingualText("请选择对本次上门的决定", "Choose what to decide about the visit")
    for item_id in entered.items.keys() - titles.keys():
        yield BilingualText(f"报告中没有此项目：{item_id}", f"the report has no item {item_id!r}")
    for item_id, title in titles.items():
        lacking = _lacking_blind(entered.item(item_id)) if blind else _lacking(entered.item(item_id))
        if lacking is not None:
            yield BilingualText(f"{title.zh}：{lacking.zh}", f"{title.en}: {lacking.en}")


def _lacking_blind(said: EnteredItem) -> BilingualText | None:
    if said.word is not None:
        return BilingualText("盲审只接受“符合/不符合/无法判断”", "a blind case takes an answer and no word")
    if said.answer is None:
        return BilingualText("尚未回答", "not answered yet")
    return None


def _lacking(said: EnteredItem) -> BilingualText | None:
    if said.word is ItemWord.CANNOT_TELL:
        return BilingualText("“无法判断”仅用于盲审", "`cannot_tell` is for blind cases")
    if said.word is not ItemWord.OVERTURN:
        return None
    if said.reason not in ITEM_REASONS:
        return BilingualText("请选择推翻的理由", "choose a reason for overturning it")
    if said.reason == "other" and not said.comment.strip():
        return BilingualText("请说明其他理由", "say what the other reason is")
    return None


def _decided(item: ScoredItem, said: EnteredItem) -> ItemDecision | None:
    comment = said.comment.strip()
    if said.answer is not None:
        return blind_word(item, said.answer, comment)
    before = item.result.outcome
    if said.word is ItemWord.OVERTURN:
        after = said.after or turned(item)
        return ItemDecision(item.result.item_id, said.word, before, after, said.reason, comment)
    if said.word is ItemWord.CONFIRM:
        return ItemDecision(item.result.item_id, said.word, before, before, "", comment)
    return None


def _entered(said: ItemDecision) -> EnteredItem:
    word = said.word if said.word is not ItemWord.CANNOT_TELL else None
    overturned = said.word is ItemWord.OVERTURN
    return EnteredItem(
        word=word,
        reason=said.reason if overturned else "",
        after=said.outcome_after if overturned else None,
        comment=said.comment,
    )
