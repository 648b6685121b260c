// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/http_action.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

api::Container container() {
    api::Container c;
    c.name = "app";
    c.ports.resize(2);
    c.ports[0].name = "web";
    c.ports[0].containerPort = 8080;
    c.ports[1].name = "metrics";
    c.ports[1].containerPort = 9100;
    return c;
}

api::HTTPGetAction get(const std::string& path = "/", std::int32_t port = 80) {
    api::HTTPGetAction action;
    action.path = path;
    action.port = api::IntOrString(port);
    return action;
}

HttpRequest request_of(const api::HTTPGetAction& action) {
    return make_http_request(action, container(), "10.1.2.3", hook_user_agent).value();
}

HttpResponse redirect(int status, std::string location) {
    return {.status = status, .headers = {{"location", std::move(location)}}};
}

TEST(HttpAction, PortsAreNumbersOrNamesOrDigits) {
    EXPECT_EQ(resolve_port(api::IntOrString(81), container()), 81);
    EXPECT_EQ(resolve_port(api::IntOrString(std::string("metrics")), container()), 9100);
    EXPECT_EQ(resolve_port(api::IntOrString(std::string("443")), container()), 443);
}

TEST(HttpAction, PortsThatAreNoneAreRefusedInTheKubeletsWords) {
    EXPECT_EQ(resolve_port(api::IntOrString(0), container()).error().message, "invalid port number: 0");
    EXPECT_EQ(resolve_port(api::IntOrString(std::string("65536")), container()).error().message,
              "invalid port number: 65536");
    EXPECT_EQ(resolve_port(api::IntOrString(std::string("80x")), container()).error().code, Code::invalid);
}

TEST(HttpAction, AskForWhatTheActionSays) {
    api::HTTPGetAction action = get("/echo?msg=x", 8080);
    action.scheme = "HTTPS";
    const HttpRequest request = request_of(action);
    EXPECT_TRUE(request.tls);
    EXPECT_EQ(request.host, "10.1.2.3");
    EXPECT_EQ(request.port, 8080);
    EXPECT_EQ(request.target, "/echo?msg=x");
    action.host = "other.example";
    EXPECT_EQ(request_of(action).host, "other.example");
}

TEST(HttpAction, WithoutAnyHostThereIsNoRequest) {
    EXPECT_FALSE(make_http_request(get(), container(), "", hook_user_agent));
}

TEST(HttpAction, PathsBecomeTargets) {
    EXPECT_EQ(request_of(get("")).target, "/");
    EXPECT_EQ(request_of(get("up")).target, "/up");
    EXPECT_EQ(request_of(get("/a b")).target, "/a%20b");
    EXPECT_EQ(request_of(get("/a%20b?c=d&e")).target, "/a%20b?c=d&e");
}

TEST(HttpAction, APathKeepsItsQueryWhateverIsInIt) {
    EXPECT_EQ(request_of(get("/a b?q=1")).target, "/a%20b?q=1");
    EXPECT_EQ(request_of(get("/a?q=1 2&r=%20?&x[]=\u00e9")).target, "/a?q=1%202&r=%20?&x[]=%C3%A9");
    EXPECT_EQ(request_of(get("/a b#there?q=1")).target, "/a%20b");
    EXPECT_EQ(request_of(get("?q=1")).target, "/?q=1");
    EXPECT_EQ(request_of(get("/a?")).target, "/a?");
    EXPECT_EQ(request_of(get("/a?50%&%zz=%41")).target, "/a?50%25&%25zz=%41");
}

TEST(HttpAction, PathsAreEscapedAsGoDoes) {
    EXPECT_EQ(request_of(get("/a%2Fb/(c)!")).target, "/a%2Fb/(c)!");
    EXPECT_EQ(request_of(get("/\u00e9|x")).target, "/%C3%A9%7Cx");
    EXPECT_EQ(request_of(get("/a%41 (b)")).target, "/aA%20%28b%29");
    // No URL at all.
    EXPECT_EQ(request_of(get("/50%?q=1#f")).target, "/50%25%3Fq=1%23f");
    EXPECT_EQ(request_of(get("/a\nb?q")).target, "/a%0Ab%3Fq");
}

TEST(HttpAction, TheKubeletsHeadersAreAddedUnlessGiven) {
    EXPECT_THAT(request_of(get()).headers,
                ElementsAre(HttpHeader{"User-Agent", "kube-lifecycle/1.34"}, HttpHeader{"Accept", "*/*"}));
    EXPECT_THAT(make_http_request(get(), container(), "h", probe_user_agent)->headers,
                ElementsAre(HttpHeader{"User-Agent", "kube-probe/1.34"}, HttpHeader{"Accept", "*/*"}));
    api::HTTPGetAction action = get();
    action.httpHeaders = {{"user-agent", "mine"}, {"Accept", ""}, {"Host", "a.example"}};
    EXPECT_THAT(request_of(action).headers,
                ElementsAre(HttpHeader{"user-agent", "mine"}, HttpHeader{"Host", "a.example"}));
}

TEST(HttpAction, NothingIsSaidAboutABodyThatThereIsNot) {
    api::HTTPGetAction action = get();
    action.httpHeaders = {
        {"content-length", "5"}, {"Transfer-Encoding", "chunked"}, {"Trailer", "X"}, {"X", "1"}};
    EXPECT_EQ(request_of(action).headers.size(), 3U);
    EXPECT_EQ(request_of(action).headers.front(), (HttpHeader{"X", "1"}));
}

TEST(HttpAction, UrlsAreForPeople) {
    EXPECT_EQ(url_of(request_of(get("/p"))), "http://10.1.2.3:80/p");
    api::HTTPGetAction action = get("/p", 443);
    action.host = "fd00::1";
    action.scheme = "https";
    EXPECT_EQ(url_of(request_of(action)), "https://[fd00::1]:443/p");
}

TEST(HttpAction, OnlyRedirectsLeadOn) {
    const HttpRequest request = request_of(get("/a/b"));
    EXPECT_EQ(redirect_of(request, {.status = 200}).value(), std::nullopt);
    EXPECT_EQ(redirect_of(request, {.status = 304}).value(), std::nullopt);
    EXPECT_EQ(redirect_of(request, {.status = 302}).value(), std::nullopt);
    EXPECT_FALSE(redirect_of(request, redirect(302, "http://[broken")));
}

TEST(HttpAction, RedirectsAreResolvedAgainstTheRequest) {
    const HttpRequest request = request_of(get("/a/b"));
    EXPECT_EQ(redirect_of(request, redirect(301, "c?d"))->value().target, "/a/c?d");
    EXPECT_EQ(redirect_of(request, redirect(308, "/x"))->value().target, "/x");
    const HttpRequest secure = redirect_of(request, redirect(302, "https://10.1.2.3/y"))->value();
    EXPECT_TRUE(secure.tls);
    EXPECT_EQ(secure.port, 443);
    EXPECT_EQ(secure.headers, request.headers);
    EXPECT_EQ(redirect_of(request, redirect(302, "http://10.9.9.9/"))->has_value(), false);
}

TEST(HttpAction, PlainHttpCarriesNoCredentials) {
    api::HTTPGetAction action = get();
    action.scheme = "HTTPS";
    action.httpHeaders = {{"AUTHORIZATION", "secret"}, {"Accept", "text/plain"}};
    const HttpRequest plain = without_tls(request_of(action));
    EXPECT_FALSE(plain.tls);
    EXPECT_THAT(plain.headers, ElementsAre(HttpHeader{"Accept", "text/plain"},
                                           HttpHeader{"User-Agent", "kube-lifecycle/1.34"}));
}

}  // namespace
}  // namespace hooklet
