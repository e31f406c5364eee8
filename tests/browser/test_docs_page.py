"""The description of the API, with Swagger UI from this server."""

from playwright.sync_api import expect

from tests.browser.conftest import Open


def test_docs_list_the_operations_and_try_one_without_another_host(open_page: Open) -> None:
    page = open_page("/docs", ready=False)
    paths = page.evaluate("fetch('/openapi.json').then(reply => reply.json())")["paths"]
    expect(page.locator(".opblock")).to_have_count(sum(len(operations) for operations in paths.values()))
    page.click(".opblock-summary-path[data-path='/api/health']")
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
