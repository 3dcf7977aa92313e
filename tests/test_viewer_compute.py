"""The estimate of a viewer function's compute: it counts what runs, changes nothing, and ours stays below half."""

from __future__ import annotations

import json

import pytest
import quickjs

from emulator.viewer.compute import budget_nodes, counting, percent
from emulator.viewer.runtime import ViewerRuntime
from tests.test_viewer_vectors import run, shared


def passed(code: str) -> tuple[object, int]:
    """What the script's `answer` is, and how many nodes a run of it passes."""
    context = quickjs.Context()
    context.eval(counting(code))
    found = json.loads(context.eval("JSON.stringify(answer)"))
    return found, context.eval("__passed")


alike = {
    "a loop with braces": "let answer=0;for(let i=0;i<10;i++){answer+=i}",
    "a loop without braces": "let answer=0;for(let i=0;i<10;i++)answer+=i",
    "loops in each other": "let answer=0;for(let i=0;i<3;i++)for(let j=0;j<3;j++)answer+=i*j",
    "a loop whose body declares": "var answer=0;for(let i=0;i<3;i++)var answer=answer+i",
    "a loop at its end": "let answer=0;do answer++;while(answer<5)",
    "names of an object": "let answer='';for(const name in {a:1,b:2})answer+=name",
    "an arrow without braces": "const answer=[1,2,3].map(each=>each*2)",
    "an arrow that gives an object": "const answer=[1].map(each=>({a:each}))",
    "arrows in each other": "const answer=(a=>b=>a+b)(1)(2)",
    "a function": "function f(n){return n<2?1:n*f(n-1)}const answer=f(5)",
    "a branch": "let answer=0;if(answer){answer=1}else{answer=2}",
    "an exception": "let answer=0;try{throw new Error('a')}catch(e){answer=e.message}finally{answer+='!'}",
    "a template": "const a=2,answer=`${[1,2].map(b=>`${a}${b}`).join()}`",
    "a text that looks like code": "const answer='for(;;){}'",
    "an expression that looks like code": "const answer=/=>{}/.test('=>{}')",
}


@pytest.mark.parametrize("case", alike)
def test_counting_changes_nothing(case: str) -> None:
    plain = quickjs.Context()
    plain.eval(alike[case])
    assert passed(alike[case])[0] == json.loads(plain.eval("JSON.stringify(answer)"))


@pytest.mark.parametrize(
    "loop",
    [
        "for(let i=0;i<ROUNDS;i++){answer+=i}",
        "for(let i=0;i<ROUNDS;i++)answer+=i",
        "for(const i in Array(ROUNDS).fill(0))answer++",
        "while(answer<ROUNDS){answer++}",
        "while(answer<ROUNDS)answer++",
        "do{answer++}while(answer<ROUNDS)",
        "do answer++;while(answer<ROUNDS)",
    ],
)
def test_ten_times_the_rounds_are_ten_times_the_count(loop: str) -> None:
    few, many = (passed("let answer=0;" + loop.replace("ROUNDS", rounds))[1] for rounds in ("10", "100"))
    assert many == 10 * few > 0


def test_a_branch_that_is_not_taken_is_not_counted() -> None:
    assert passed("let answer=1;if(!answer){answer=2;answer=3}")[1] == 0
    assert passed("let answer=1;if(answer){answer=2;answer=3}")[1] > 0


def test_what_is_not_javascript_of_that_age_is_refused() -> None:
    with pytest.raises(ValueError, match="can be loaded"):
        ViewerRuntime("async function handler(event) { return event.request?.uri; }", {})


def test_each_run_counts_from_nothing() -> None:
    function = ViewerRuntime("function handler(event) { for (let i = 0; i < 9; i++) { i; } return event.request; }", {})
    event = {"request": {"uri": "/", "rawQueryString": None}}
    first, second = (function.run(event, now=0).compute_percent for _ in range(2))
    assert first == second > 0


def test_ours_stays_below_half_of_the_budget() -> None:
    most = max(shared["vectors"], key=lambda vector: run(vector, str(vector["url"])).compute_percent)
    assert 0 < run(most, str(most["url"])).compute_percent < 50, most["name"]


def test_the_percentage_is_of_the_budget() -> None:
    assert percent(budget_nodes) == 100
