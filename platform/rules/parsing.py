"""Text -> tree. Reads exactly the part of Python's syntax that expressions have, with Python's precedence.

It is a parser of its own, not `ast.parse`: fields named class, from or import read as plain names, every column is exact,
nothing depends on the version of Python, and a hostile text is refused at the first character beyond the bounds.
A test proves that what it takes, it reads as Python does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from newel.metadata.words import phrase
from newel.rules.faults import (
    EMPTY,
    FORBIDDEN,
    SYNTAX,
    TOO_DEEP,
    TOO_LONG,
    TOO_MANY_PARTS,
    Fault,
)
from newel.rules.literals import number_of, text_of
from newel.rules.tokens import CONDITIONAL, Token, tokens_of
from newel.rules.tree import (
    Arithmetic,
    Call,
    Choose,
    Comparison,
    Items,
    Literal,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    OptionProperty,
)
from newel.rules.types import BLANK, BOOLEAN, NUMBER

LONGEST = 4_000
MOST_PARTS = 500
DEEPEST = 30
CONSTANTS = {"true": True, "false": False, "none": None, "True": True, "False": False, "None": None}
COMPARING = ("==", "!=", "<", "<=", ">", ">=")


def parse(text: str) -> Node:
    """The tree of an expression; raises the first Fault in reading order."""
    if len(text) > LONGEST:
        raise Fault(TOO_LONG, 0, 1, length=len(text), limit=LONGEST, fix=phrase("Split it into several rules."))
    tokens = tokens_of(text)
    if len(tokens) == 1:
        raise Fault(EMPTY, 0, 1)
    return _Parser(tokens).whole()


class _Parser:
    """Recursive descent over the tokens; every node counts, every level of nesting too."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.count = 0
        self.level = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def whole(self) -> Node:
        node = self.conditional()
        if self.next.kind != "end":
            raise self._surplus(node)
        _check_depth(node, 1)
        return node

    # From loosest to tightest: x if c else y, or, and, not, comparisons, + -, * / // %, unary -, values.

    def conditional(self) -> Node:
        with_level = self.next
        self.level += 1
        if self.level > DEEPEST:
            raise Fault(TOO_DEEP, with_level.start, with_level.end, limit=DEEPEST)
        then = self.disjunction()
        if self.takes("word", "if"):
            test = self.disjunction()
            if not self.takes("word", "else"):
                raise self._expected(phrase("else and the other outcome"))
            other = self.conditional()
            then = self.made(Choose(start=then.start, end=other.end, test=test, then=then, other=other))
        self.level -= 1
        return then

    def disjunction(self) -> Node:
        return self.joined("or", lambda: self.joined("and", self.negation))

    def joined(self, word: str, inner: Callable[[], Node]) -> Node:
        operands = [inner()]
        while self.takes("word", word):
            operands.append(inner())
        if len(operands) == 1:
            return operands[0]
        return self.made(Logic(start=operands[0].start, end=operands[-1].end, type=BOOLEAN, op=word, operands=tuple(operands)))

    def negation(self) -> Node:
        """Any number of `not`, without recursion."""
        starts = []
        while self.next.kind == "word" and self.next.text == "not":
            starts.append(self.advance().start)
            if len(starts) > DEEPEST:
                raise Fault(TOO_DEEP, starts[0], starts[-1], limit=DEEPEST)
        node = self.comparison()
        for start in reversed(starts):
            node = self.made(Not(start=start, end=node.end, type=BOOLEAN, operand=node))
        return node

    def comparison(self) -> Node:
        operands, ops = [self.sum()], []
        while (op := self.comparing()) is not None:
            ops.append(op)
            operands.append(self.sum())
        if not ops:
            return operands[0]
        span = {"start": operands[0].start, "end": operands[-1].end}
        return self.made(Comparison(**span, type=BOOLEAN, operands=tuple(operands), ops=tuple(ops)))

    def comparing(self) -> str | None:
        token = self.next
        if token.kind == "op" and token.text in COMPARING:
            return self.advance().text
        if token.kind == "word" and token.text == "in":
            return self.advance().text
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if token.kind == "word" and token.text == "not" and following.kind == "word" and following.text == "in":
            self.at += 2
            return "not in"
        return None

    def sum(self) -> Node:
        return self.leftwards(("+", "-"), lambda: self.leftwards(("*", "/", "//", "%"), self.signed))

    def leftwards(self, ops: tuple[str, ...], inner: Callable[[], Node]) -> Node:
        node = inner()
        while self.next.kind == "op" and self.next.text in ops:
            op = self.advance().text
            right = inner()
            node = self.made(Arithmetic(start=node.start, end=right.end, op=op, left=node, right=right))
        return node

    def signed(self) -> Node:
        signs = []
        while self.next.kind == "op" and self.next.text in ("-", "+"):
            signs.append(self.advance())
            if len(signs) > DEEPEST:
                raise Fault(TOO_DEEP, signs[0].start, signs[-1].end, limit=DEEPEST)
        node = self.value()
        for sign in reversed(signs):
            if sign.text == "+":
                raise Fault(FORBIDDEN, sign.start, sign.end, what=phrase("A leading +"), fix=phrase("Leave it out."))
            node = self.negative(sign, node)
        return node

    def negative(self, sign: Token, node: Node) -> Node:
        """A number with a minus before it is one negative number."""
        if isinstance(node, Literal) and node.type == NUMBER and node.value >= 0:
            return replace(node, start=sign.start, value=-node.value if isinstance(node.value, int) else node.value.copy_negate())
        return self.made(Negative(start=sign.start, end=node.end, operand=node))

    def value(self) -> Node:
        token = self.next
        node = self.atom(token)
        after = self.next
        if after.kind == "op" and after.text == ".":
            raise Fault(
                FORBIDDEN,
                after.start,
                after.end,
                what=phrase("A property of a value"),
                fix=phrase("Only lookups are followed by a dot."),
            )
        if after.kind == "op" and after.text == "[" and after.start == node.end:
            raise Fault(FORBIDDEN, after.start, after.end, what=phrase("Taking a part with [ ]"))
        if after.kind == "op" and after.text == "(" and after.start == node.end:
            raise Fault(FORBIDDEN, after.start, after.end, what=phrase("Calling a value"))
        if after.kind == "op" and after.text == "**":
            raise Fault(FORBIDDEN, after.start, after.end, what="**")
        return node

    def atom(self, token: Token) -> Node:
        if token.kind == "number":
            return self.made(number_of(self.advance()))
        if token.kind == "text":
            return self.made(text_of(self.advance()))
        if token.kind == "name":
            return self.name_or_call()
        if token.kind == "op" and token.text == "(":
            return self.bracketed()
        if token.kind == "op" and token.text == "[":
            return self.bracketed_list()
        raise self._expected(phrase("a value"))

    def bracketed(self) -> Node:
        opening = self.advance()
        inner = self.conditional()
        if self.next.kind == "op" and self.next.text == ",":
            raise Fault(
                FORBIDDEN,
                self.next.start,
                self.next.end,
                what=phrase("A list in round brackets"),
                fix=phrase("Write {text}.", text="[a, b]"),
            )
        closing = self.closes(")", opening)
        return replace(inner, start=opening.start, end=closing.end)

    def bracketed_list(self) -> Node:
        opening = self.advance()
        items = self.several("]")
        closing = self.closes("]", opening)
        return self.made(Items(start=opening.start, end=closing.end, items=tuple(items)))

    def name_or_call(self) -> Node:
        first = self.advance()
        if first.text in CONSTANTS and not self._is_op("."):
            value = CONSTANTS[first.text]
            return self.made(Literal(start=first.start, end=first.end, type=BLANK if value is None else BOOLEAN, value=value))
        self._check_prefix(first)
        if self._is_op("("):
            return self.call(first)
        path, end = [_name(first)], first.end
        while self._is_op("."):
            self.advance()
            if self.next.kind not in ("name", "word"):
                raise self._expected(phrase("the name of a field"))
            token = self.advance()
            path.append(_name(token))
            end = token.end
        if self._is_op("("):
            raise Fault(
                FORBIDDEN,
                first.start,
                end,
                what=phrase("Calling a property"),
                fix=phrase("Write {text} with the value inside.", text=f"{path[-1]}(...)"),
            )
        return self.made(Name(start=first.start, end=end, path=tuple(path)))

    def call(self, name: Token) -> Node:
        opening = self.advance()
        args: list[Node] = []
        keywords: list[tuple[str, Node]] = []
        while not self._is_op(")"):
            keyword = self._keyword()
            value = self.conditional()
            if keyword:
                keywords.append((keyword, value))
            else:
                args.append(value)
            if not self.takes("op", ","):
                break
        closing = self.closes(")", opening)
        if name.text == "option" and len(args) == 1 and not keywords and self._is_op("."):
            return self.option_property(name, args[0])
        name_of = _name(name)
        return self.made(Call(start=name.start, end=closing.end, name=name_of, args=tuple(args), keywords=tuple(keywords)))

    def option_property(self, name: Token, operand: Node) -> Node:
        """`option(stage).probability`: the one call that a dot follows."""
        self.advance()
        if self.next.kind not in ("name", "word"):
            raise self._expected(phrase("the name of a property"))
        token = self.advance()
        return self.made(OptionProperty(start=name.start, end=token.end, operand=operand, name=_name(token)))

    def several(self, closing: str) -> list[Node]:
        found: list[Node] = []
        while not self._is_op(closing):
            found.append(self.conditional())
            if not self.takes("op", ","):
                break
        return found

    # Small steps over the tokens.

    def advance(self) -> Token:
        token = self.next
        self.at += 1
        return token

    def takes(self, kind: str, text: str) -> bool:
        if self.next.kind == kind and self.next.text == text:
            self.at += 1
            return True
        return False

    def closes(self, bracket: str, opening: Token) -> Token:
        if self._is_op(bracket):
            return self.advance()
        if self.next.kind == "end":
            raise Fault(SYNTAX, opening.start, opening.end, fault=phrase('This "{text}" is never closed.', text=opening.text))
        raise self._expected(phrase('"{text}" or an operator', text=bracket))

    def made(self, node: Node) -> Node:
        self.count += 1
        if self.count > MOST_PARTS:
            raise Fault(TOO_MANY_PARTS, node.start, node.end, limit=MOST_PARTS, fix=phrase("Split it into several rules."))
        return node

    def _is_op(self, text: str) -> bool:
        return self.next.kind == "op" and self.next.text == text

    def _keyword(self) -> str | None:
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if self.next.kind == "name" and following.kind == "op" and following.text == "=":
            self.at += 2
            return self.tokens[self.at - 2].text
        return None

    def _check_prefix(self, token: Token) -> None:
        if self.next.kind == "text" and self.next.start == token.end:
            raise Fault(FORBIDDEN, token.start, token.end, what=phrase('A text with "{text}" before its quote', text=token.text))

    def _expected(self, wanted: str) -> Fault:
        token = self.next
        if token.kind == "end":
            return Fault(
                SYNTAX, token.start, token.end, fault=phrase("The expression ends where {wanted} is expected.", wanted=wanted)
            )
        if token.text in ("*", "**"):
            return Fault(FORBIDDEN, token.start, token.end, what=phrase('"{text}" before a value', text=token.text))
        before = self.tokens[self.at - 1] if self.at else token
        if (before.text, token.text, before.end) == ("<", ">", token.start):
            return Fault(
                SYNTAX,
                before.start,
                token.end,
                fault=phrase('"{text}" does not compare.', text="<>"),
                fix=phrase("Write {text}.", text="!="),
            )
        return Fault(
            SYNTAX,
            token.start,
            token.end,
            fault=phrase('"{text}" stands where {wanted} is expected.', text=token.text, wanted=wanted),
            fix=CONDITIONAL if token.text == "if" else None,
        )

    def _surplus(self, node: Node) -> Fault:
        token = self.next
        forbidden = {
            "is": phrase("== or != (x == none, or is_blank(x))"),
            "like": phrase("contains(text, part), starts_with or ends_with"),
            "=": "==",
            "&&": "and",
            "||": "or",
        }
        if isinstance(node, Name) and node.path in (("lambda",), ("await",), ("yield",)):
            return Fault(FORBIDDEN, node.start, node.end, what=node.path[0])
        if token.text in forbidden:
            return Fault(
                SYNTAX,
                token.start,
                token.end,
                fault=phrase('"{text}" does not compare.', text=token.text),
                fix=phrase("Write {text}.", text=forbidden[token.text]),
            )
        if token.text in (":=", "**", "->"):
            return Fault(FORBIDDEN, token.start, token.end, what=phrase('"{text}"', text=token.text))
        if token.text == "for":
            return Fault(FORBIDDEN, token.start, token.end, what=phrase("A loop"))
        return Fault(SYNTAX, token.start, token.end, fault=phrase('An operator is missing before "{text}".', text=token.text))


def _check_depth(node: Node, level: int) -> None:
    if level > DEEPEST:
        raise Fault(TOO_DEEP, node.start, node.end, limit=DEEPEST)
    for part in node.parts:
        _check_depth(part, level + 1)


def _name(token: Token) -> str:
    if token.text.startswith("_"):
        raise Fault(FORBIDDEN, token.start, token.end, what=phrase("A name that begins with _"))
    return token.text
