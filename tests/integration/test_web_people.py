"""The pages of people and of one's own account: who is found among many, and the password."""

import re
from pathlib import Path

import pytest

from piaohe.store import Store
from tests.support.web import PASSWORD, Site


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    return Site(store, tmp_path)


def test_who_changes_the_password_stays_and_is_signed_out_elsewhere(site: Site) -> None:
    with site.as_("wang", "submitter") as wang:
        form = {"csrf": wang.headers["x-csrf-token"], "old": "wrong one", "new": f"{PASSWORD} too"}
        refused = wang.post("/account/password", data=form)
        assert refused.status_code == 422
        assert "现在的密码不对" in refused.text
        before = dict(wang.cookies)
        answer = wang.post("/account/password", data=form | {"old": PASSWORD})
        assert answer.headers["location"] == "/account?changed=1"
        assert "密码已修改" in wang.get("/account?changed=1").text
        with site.stranger() as elsewhere:
            elsewhere.cookies.update(before)
            assert elsewhere.get("/account").status_code == 401


def test_among_many_people_one_finds_who_is_sought(site: Site) -> None:
    with site.first() as admin:
        csrf = admin.headers.pop("x-csrf-token")
        with site.store.unit_of_work() as work:
            for number in range(60):
                roles = ("approver",) if number == 57 else ("submitter",)
                work.people.add(f"p{number}", f"赵_{number}", roles, site.clock())
        shown = {
            path: re.findall(r'<section [^>]*aria-label="([^"]+)"', admin.get(path).text)
            for path in (
                "/people",
                "/people?at=2",
                "/people?who=赵_5&role=",
                "/people?who=P57",
                "/people?role=approver",
                "/people?who=%25",
                "/people?at=9",
            )
        }
        assert [len(names) for names in shown.values()] == [50, 11, 11, 1, 1, 0, 0]
        assert shown["/people?role=approver"] == shown["/people?who=P57"] == ["赵_57"]
        form = {"csrf": csrf, "roles": "clerk", "active": "1"}
        done = admin.post("/people/59?at=2", data=form).headers["location"]
        assert done == "/people?at=2&saved=59#p59"
        assert admin.get(done).text.count("已保存") == 1
