"""The front page of Setup: found by what one wants to do, not by what tables are called."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, g
from flask_admin import AdminIndexView, expose

from newel.metadata.words import say, word
from newel.runtime.web.screens.viewer import viewer
from newel.runtime.web.setup import elements
from newel.runtime.web.setup.views import MODEL, ORGANISATION, PEOPLE, SYSTEM, View, asked

MOST_ELEMENTS = 12


class Task(NamedTuple):
    """One thing to do; `also` holds other words that people may look for it by."""

    group: str
    label: str
    help: str
    icon: str
    color: str
    url: str
    also: str = ""


TASKS = (
    Task(
        PEOPLE,
        word("Add a user"),
        word("Give a colleague an account, roles and a link to set a password."),
        *("user-plus", "c-blue", "/setup/users/new/", "invite create account person colleague 邀请 新建 账号 员工"),
    ),
    Task(
        PEOPLE,
        word("Users"),
        word("Change names, managers, languages and roles; switch somebody off."),
        *("users", "c-blue", "/setup/users/", "deactivate password reset people 停用 密码 重置 人员 账号"),
    ),
    Task(
        PEOPLE,
        word("Who may see what"),
        word("What each role reads, changes and exports, with its row rules and hidden fields."),
        *("shield-lock", "c-indigo", "/setup/roles/", "roles permissions rights access security 角色 权限 安全 可见"),
    ),
    Task(
        PEOPLE,
        word("Sessions"),
        word("Who is signed in now, from where; sign somebody out."),
        *("devices", "c-teal", "/setup/sessions/", "logged in devices browsers end 在线 登录 设备 退出"),
    ),
    Task(
        PEOPLE,
        word("Sign-ins"),
        word("Who came in, who was refused, and when."),
        *("login", "c-teal", "/setup/sign-ins/", "login history log audit failed 登录 历史 日志 审计 失败"),
    ),
    Task(
        PEOPLE,
        word("API keys"),
        word("Let programs in, and shut them out again."),
        *("key", "c-orange", "/setup/keys/", "token integration program rest 令牌 集成 接口 程序"),
    ),
    Task(
        ORGANISATION,
        word("Teams"),
        word("Who works together, and which team is part of which."),
        *("users-group", "c-teal", "/o/nw_team", "unit department tree group 部门 团队 组织架构"),
    ),
    Task(
        ORGANISATION,
        word("Organisation"),
        word("Name, currency, working days, and the month in which the fiscal year begins."),
        *("building", "c-teal", "/o/nw_organisation", "company fiscal year currency weekdays calendar 公司 本位币 财年 工作日"),
    ),
    Task(
        ORGANISATION,
        word("Holidays"),
        word("Days off, and the days that make up for them: rules count working days by them."),
        *("calendar-off", "c-orange", "/o/nw_holiday", "workdays calendar day off make-up 节假日 调休 放假 日历"),
    ),
    Task(
        ORGANISATION,
        word("Exchange rates"),
        word("What each currency is worth, from which day on: rules convert amounts by them."),
        *("arrows-exchange", "c-green", "/o/nw_exchange_rate", "currency convert money foreign 币种 换算 外币 汇率"),
    ),
    Task(
        MODEL,
        word("Add a field"),
        word("Choose the object: its page says in which file the field belongs and how to apply it."),
        *("forms", "c-green", "/setup/metadata/?task=field", "column custom attribute property 字段 自定义 属性"),
    ),
    Task(
        MODEL,
        word("Objects and fields"),
        word("Every element of the installed solutions: where it is written, which layer set it, what uses it."),
        *("database", "c-green", "/setup/metadata/", "metadata yaml form view layout where used 元数据 表单 视图 引用 对象"),
    ),
    Task(
        MODEL,
        word("Solutions"),
        word("What is installed here, in which version."),
        *("packages", "c-purple", "/setup/metadata/?kind=solution", "packs packages version industry 方案 版本 行业 安装包"),
    ),
    Task(
        MODEL,
        word("Rules"),
        word("Every rule as a sentence; change one, try it on a record, publish it."),
        *(
            "scale",
            "c-green",
            "/setup/rules/",
            "validation condition formula expression required visible 校验 条件 公式 表达式 必填 显示",
        ),
    ),
    Task(
        MODEL,
        word("Computed fields"),
        word("Formulas and rollups: what each is made of, and how far those are that are being computed anew."),
        *("calculator", "c-green", "/setup/computed/", "formula rollup sum recompute recalculate 公式 汇总 计算 重算"),
    ),
    Task(
        SYSTEM,
        word("Search index"),
        word("How many records can be found by their words; write the index anew."),
        *("list-search", "c-cyan", "/setup/search-index/", "full text rebuild reindex find 全文 检索 重建 搜索"),
    ),
    Task(
        SYSTEM,
        word("Health"),
        word("Database, versions, sizes, and what the doctor finds."),
        *("heartbeat", "c-red", "/setup/health/", "status doctor version uptime disk 状态 健康 诊断 版本 运行"),
    ),
)


class TasksView(View, AdminIndexView):
    """Setup's front page."""

    def __init__(self) -> None:
        super().__init__(name=word("Setup"), endpoint="setup", url="/setup", template="setup/tasks.html")

    @expose("/")
    def index(self) -> Response:
        text = asked("q")
        seen = viewer()
        tasks = [task for task in TASKS if _answers(task, text, seen.language)]
        groups = [(group, [task for task in tasks if task.group == group]) for group in (PEOPLE, ORGANISATION, MODEL, SYSTEM)]
        found = elements.search(g.installation, text, seen.language, MOST_ELEMENTS) if len(text) > 1 else []
        return self.render(self._template, groups=[each for each in groups if each[1]], q=text, found=found)


def _answers(task: Task, text: str, language: str) -> bool:
    """Whether every word that was typed is in the task's own words, in either language."""
    said = " ".join((task.label, task.help, say(language, task.label), say(language, task.help), task.also)).casefold()
    return all(part in said for part in text.casefold().split())
