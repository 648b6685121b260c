// SPDX-License-Identifier: Apache-2.0
// Where a kubeconfig says the API is, and as whom it is asked.
#include "client/kubeconfig.hpp"

#include "unit/client/json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::client {
namespace {

std::string one_config(std::string_view cluster, std::string_view user) {
    return fmt::format(
        R"({{"current-context":"c","contexts":[{{"name":"c","context":{{"cluster":"k","user":"u",)"
        R"("namespace":"n"}}}}],"clusters":[{{"name":"k","cluster":{}}}],"users":[{{"name":"u","user":{}}}]}})",
        cluster, user);
}

Result<Access> access_to(const std::string& text, const KubeconfigChoice& choice = {}) {
    const auto read = [](const std::string& path) -> Result<std::string> { return "<" + path + ">"; };
    return read_kubeconfig({{"/people/me/config", json(text)}}, choice, read);
}

std::string problem(const std::string& text, const KubeconfigChoice& choice = {}) {
    const auto access = access_to(text, choice);
    return access ? "" : access.error().text();
}

std::string headers_for(std::string_view user) {
    const auto access = access_to(one_config(R"({"server":"http://h"})", user));
    if (!access) return access.error().text();
    std::string text;
    for (const HttpHeader& header : access->headers)
        text += (text.empty() ? "" : "; ") + header.name + ": " + header.value;
    return text;
}

TEST(Kubeconfig, SaysWhereTheApiIs) {
    struct Server {
        const char* url;
        const char* place;
    };
    const Server servers[] = {
        {"https://[::1]:6443", "::1 6443 true "},
        {"http://h", "h 80 false "},
        {"https://h/", "h 443 true "},
        {"https://h:8443/k8s/clusters/c/", "h 8443 true /k8s/clusters/c"},
        {"h:1", "kubeconfig: server \"h:1\" is no URL"},
        {"https://:x", "kubeconfig: server \"https://:x\" is no URL"},
        {"https:///x", "kubeconfig: server \"https:///x\" is no URL"},
    };
    for (const Server& server : servers) {
        const auto access = access_to(one_config(fmt::format(R"({{"server":"{}"}})", server.url), "{}"));
        EXPECT_EQ(access ? fmt::format("{} {} {} {}", access->endpoint.host, access->endpoint.port,
                                       access->endpoint.tls, access->path_prefix)
                         : access.error().text(),
                  server.place);
    }
}

TEST(Kubeconfig, FilesLieWhereTheKubeconfigDoes) {
    const auto access =
        access_to(one_config(R"({"server":"https://h","certificate-authority-data":"Q0E="})",
                             R"({"client-certificate":"pki/c.pem","client-key":"/k.pem","tokenFile":"t"})"));
    ASSERT_TRUE(access) << access.error().text();
    EXPECT_EQ(access->endpoint.authority, "CA");
    EXPECT_EQ(access->endpoint.identity, (KeyPair{"</people/me/pki/c.pem>", "</k.pem>"}));
    EXPECT_EQ(access->headers, (std::vector<HttpHeader>{{"Authorization", "Bearer </people/me/t>"}}));
    EXPECT_EQ(access->namespace_, "n");
}

TEST(Kubeconfig, SaysWhoAsks) {
    EXPECT_EQ(headers_for(R"({"token":"t","tokenFile":"f"})"), "Authorization: Bearer t");
    EXPECT_EQ(headers_for(R"({"username":"me","password":"pw"})"), "Authorization: Basic bWU6cHc=");
    EXPECT_EQ(headers_for(R"({"as":"jane","as-uid":"7","as-groups":["a","b"]})"),
              "Impersonate-User: jane; Impersonate-Uid: 7; Impersonate-Group: a; Impersonate-Group: b");
    EXPECT_EQ(headers_for(R"({"as-groups":["a"]})"),
              "error: requesting uid, groups or user-extra without impersonating a user");
    EXPECT_EQ(headers_for(R"({"as":"jane","as-user-extra":{"a":["b"]}})"),
              "error: kubeconfig: as-user-extra is not supported");
    EXPECT_EQ(headers_for(R"({"auth-provider":{}})"), "error: kubeconfig: auth-provider is not supported");
}

TEST(Kubeconfig, AContextAClusterOrAUserCanBeChosen) {
    const std::string text = R"({"current-context":"a",
        "contexts":[{"name":"a","context":{"cluster":"a","user":"a"}},
                    {"name":"b","context":{"cluster":"b","user":"none","namespace":"nb"}},
                    {"name":"c","context":{"cluster":"none"}}],
        "clusters":[{"name":"a","cluster":{"server":"http://a"}},{"name":"b","cluster":{"server":"http://b"}}],
        "users":[{"name":"a","user":{"token":"ta"}},{"name":"b","user":{"token":"tb"}}]})";
    const auto chosen = [&text](const KubeconfigChoice& choice) {
        const auto access = access_to(text, choice);
        if (!access) return access.error().text();
        const std::string token = access->headers.empty() ? "nobody" : access->headers.front().value;
        return fmt::format("{} {} {}", access->endpoint.host, token, access->namespace_);
    };
    EXPECT_EQ(chosen({}), "a Bearer ta ");
    EXPECT_EQ(chosen({.context = "b"}), "b nobody nb");
    EXPECT_EQ(chosen({.context = "b", .user = "b"}), "b Bearer tb nb");
    EXPECT_EQ(chosen({.cluster = "b"}), "b Bearer ta ");
    EXPECT_EQ(chosen({.context = "x"}),
              "Error in configuration: context was not found for specified context: x");
    EXPECT_EQ(chosen({.context = "c"}), "error: no server found for cluster \"none\"");
    EXPECT_EQ(chosen({.cluster = "x"}), "error: no server found for cluster \"x\"");
    EXPECT_EQ(chosen({.user = "x"}), "error: auth info \"x\" does not exist");
    EXPECT_EQ(problem("{}"), "error: no server found for cluster \"\"");
}

TEST(Kubeconfig, OfSeveralFilesTheFirstCounts) {
    const auto read = [](const std::string& path) -> Result<std::string> { return path; };
    const auto access = read_kubeconfig(
        {{"/1/c",
          json(
              R"({"clusters":[{"name":"k","cluster":{"server":"http://one","certificate-authority":"ca"}}]})")},
         {"/2/c",
          json(R"({"current-context":"two","clusters":[{"name":"k","cluster":{"server":"http://two"}}],
                           "contexts":[{"name":"two","context":{"cluster":"k","user":"u"}}]})")},
         {"/3/c",
          json(R"({"current-context":"three","users":[{"name":"u","user":{"client-certificate":"c"}}]})")}},
        {}, read);
    ASSERT_TRUE(access) << access.error().text();
    EXPECT_EQ(access->endpoint.host, "one");
    EXPECT_EQ(access->endpoint.authority, "/1/ca");
    EXPECT_EQ(access->endpoint.identity, (KeyPair{"/3/c", ""}));
}

std::string plugin_problem(std::string_view exec) {
    return problem(one_config(R"({"server":"http://h"})", fmt::format(R"({{"exec":{}}})", exec)));
}

TEST(CredentialPlugin, IsRefusedInKubectlsWords) {
    const std::string v1 = R"("apiVersion":"client.authentication.k8s.io/v1")";
    EXPECT_EQ(plugin_problem("{" + v1 + "}"),
              "error: command must be specified for u to use exec authentication plugin");
    EXPECT_EQ(plugin_problem(R"({"command":"x"})"),
              "error: apiVersion must be specified for u to use exec authentication plugin");
    EXPECT_EQ(plugin_problem(R"({"command":"x",)" + v1 + "}"),
              "error: interactiveMode must be specified for u to use exec authentication plugin");
    EXPECT_EQ(plugin_problem(R"({"command":"x","interactiveMode":"Maybe",)" + v1 + "}"),
              "error: invalid interactiveMode for u: \"Maybe\"");
    EXPECT_EQ(plugin_problem(R"({"command":"x","apiVersion":"client.authentication.k8s.io/v1alpha1"})"),
              "error: exec plugin: invalid apiVersion \"client.authentication.k8s.io/v1alpha1\"");
    EXPECT_EQ(plugin_problem(R"({"command":"x","apiVersion":"client.authentication.k8s.io/v1beta1"})"), "");
}

TEST(CredentialPlugin, IsRunWithWhatItHasToKnow) {
    const auto access =
        access_to(one_config(R"({"server":"https://h","certificate-authority-data":"Q0E="})", R"({"exec":{
        "apiVersion":"client.authentication.k8s.io/v1","command":"bin/login","args":["-a","b c"],
        "env":[{"name":"X","value":"1"}],"interactiveMode":"Never","provideClusterInfo":true}})"));
    ASSERT_TRUE(access) << access.error().text();
    const std::vector<std::string> words{
        "env",
        "X=1",
        R"(KUBERNETES_EXEC_INFO={"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
        R"("spec":{"interactive":false,"cluster":{"server":"https://h:443","certificate-authority-data":"Q0E="}}})",
        "/people/me/bin/login",
        "-a",
        "b c"};
    EXPECT_EQ(command_line(*access->plugin, access->endpoint, "https://h:443"), words);
}

TEST(CredentialPlugin, PrintsACredential) {
    const CredentialPlugin plugin{.api_version = "client.authentication.k8s.io/v1", .command = "login"};
    const auto given = [&plugin](std::string_view status) {
        const auto read = read_credential(
            plugin, fmt::format(R"({{"apiVersion":"client.authentication.k8s.io/v1"{}}})", status));
        return read ? fmt::format("{}|{}|{}", read->token, read->certificate.certificate,
                                  read->certificate.key)
                    : read.error().text();
    };
    EXPECT_EQ(given(R"(,"status":{"token":"t"})"), "t||");
    EXPECT_EQ(given(R"(,"status":{"clientCertificateData":"C","clientKeyData":"K"})"), "|C|K");
    EXPECT_EQ(given(""), "exec plugin didn't return a status field");
    EXPECT_EQ(given(R"(,"status":{})"), "exec plugin didn't return a token or cert/key pair");
    EXPECT_EQ(given(R"(,"status":{"clientKeyData":"K"})"),
              "exec plugin returned only certificate or key, not both");
    EXPECT_EQ(read_credential(plugin, R"({"apiVersion":"v1"})").error().text(),
              "exec plugin is configured to use API version client.authentication.k8s.io/v1, plugin returned "
              "version v1");
    EXPECT_EQ(plugin_failure(plugin, 3), "exec: executable login failed with exit code 3");
    EXPECT_TRUE(plugin_failure({.api_version = "", .command = "x", .install_hint = "get it"}, 127)
                    .ends_with("#client-go-credential-plugins\n\nget it"));
}

}  // namespace
}  // namespace hooklet::client
