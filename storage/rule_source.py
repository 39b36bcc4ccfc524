"""A YAML file that remembers its lines, so that every complaint about it can name one."""

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.errors import RulesError
from storage.nearest import did_you_mean
from storage.rule_model import valid_keys
from storage.validation import path_of, sentence

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[int | str, ...]


class RuleSource:
    """One rule file. Raises RulesError where it can't be read, is no YAML, or has a key twice."""

    def __init__(self, file: Traversable) -> None:
        self.name = str(file)
        try:
            self._root = YAML(typ="rt", pure=True).load(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise RulesError(f"{self.name}: can't be read: {error}") from error
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise RulesError(f"{self.name}, line {line}: {error.problem}") from error
        except YAMLError as error:
            raise RulesError(f"{self.name}: no YAML: {error}") from error
        if not isinstance(self._root, CommentedMap):
            raise RulesError(f'{self.name}, line 1: wanted keys and values, such as `version: "1.0"`')
        self.values: dict[str, Any] = _plain(self._root)

    def parse(self, model: type[Model]) -> Model:
        """The file as a model. Raises RulesError for the first thing that is wrong in it."""
        try:
            return model.model_validate(self.values)
        except ValidationError as error:
            # In the order of the file, whatever order the fields are declared in.
            first = min(_innermost(error), key=lambda each: self._line(each["loc"]))
            if first["type"] == "extra_forbidden":
                self.refuse_name(first["loc"], valid_keys(model, first["loc"]))
            self.refuse(first["loc"], sentence(first))

    def refuse_name(self, location: Location, valid: Sequence[str]) -> NoReturn:
        """Raise RulesError for an unknown name, the last part of `location`."""
        self.refuse(location, f"unknown name {path_of(location)}; {did_you_mean(str(location[-1]), valid)}")

    def refuse(self, location: Location, message: str) -> NoReturn:
        """Raise RulesError with the file and the line of `location`."""
        raise RulesError(f"{self.name}, line {self._line(location)}: {message}")

    def _line(self, location: Location) -> int:
        """The line, from 1, of the deepest part of `location` that stands in the file."""
        node, line = self._root, 0
        for part in location:
            if isinstance(node, CommentedMap) and part in node:
                line = node.lc.key(part)[0]
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line = node.lc.item(part)[0]
            else:
                break
            node = node[part]
        return line + 1


def _innermost(error: ValidationError) -> list[ErrorDetails]:
    """The errors less those that only say of a whole what others say of its parts: a list is too short where
    none of its members can be understood."""
    errors = error.errors(include_url=False)
    wholes = {each["loc"][:length] for each in errors for length in range(len(each["loc"]))}
    return [each for each in errors if each["loc"] not in wholes]


def _plain(node: object) -> Any:
    """The same value without ruamel's own types, which remember how a number was written."""
    if isinstance(node, CommentedMap):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node
