// SPDX-License-Identifier: Apache-2.0
#include "guarded_server.hpp"

#include "api/json.hpp"
#include "support/run_task.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet {

namespace {

using namespace std::chrono_literals;

constexpr WallTime now = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2};

std::expected<std::vector<api::Node>, api::Issue> json_only(std::string_view text) {
    auto document = api::parse_json(text);
    if (!document) return std::unexpected(document.error());
    return std::vector<api::Node>{*std::move(document)};
}

}  // namespace

GuardedServer::GuardedServer(HttpServerOptions options) {
    clock.set_wall(now);
    authority = issue({.use = CertificateUse::authority, .common_name = "authority"}, {});
    signer_ = OpensslTokenSigner::make(certificates.make_key().value()).value();
    services_.signer = signer_.get();
    authenticator_.emplace(&clock, signer_.get(), &bound_,
                           identity::AuthenticationOptions{.admin_token = "good"});
    api_.emplace(server::Helpers{services_, json_only, &*authenticator_, nullptr}, server::ServerInfo{});
    http_.emplace(loop.get_executor(), &clock, &*api_, options);
    fill();
    EXPECT_TRUE(http_->use_certificate(
        issue({.use = CertificateUse::server, .common_name = "api"}, authority), authority.certificate));
    const auto bound = http_->listen_tls("127.0.0.1", 0);
    EXPECT_TRUE(bound);
    port = bound.value_or(0);
}

GuardedServer::~GuardedServer() {
    run(loop, http_->stop(clock.call_within(1ms)));
    run(loop, objects_.stop());
    loop.restart();
    loop.poll();
}

void GuardedServer::fill() {
    EXPECT_TRUE(run(loop, objects_.load()));
    server::LocalApi local(services_);
    const Call call = clock.call_within(1h);
    for (const auto& [resource, object] :
         {std::pair{"secrets",
                    fmt::format(R"({{"metadata":{{"name":"s"}},"stringData":{{"k":"{}"}}}})", secret)},
          std::pair{"pods", fmt::format(R"({{"metadata":{{"name":"p","annotations":{{"a":"{}"}}}},)"
                                        R"("spec":{{"containers":[{{"name":"c","image":"i"}}]}}}})",
                                        secret)}}) {
        const ApiPath path{.version = "v1", .resource = resource, .namespace_ = "default"};
        const auto made = run(loop, local.create(path, api::parse_json(object).value(), call));
        EXPECT_TRUE(made) << made.error().text();
    }
}

KeyPair GuardedServer::issue(CertificateSpec spec, const KeyPair& by) {
    if (spec.not_after == WallTime{}) {
        spec.not_before = now - 1h;
        spec.not_after = now + 1h;
    }
    auto pair = certificates.issue(std::move(spec), by);
    EXPECT_TRUE(pair);
    return pair.value_or(KeyPair{});
}

KeyPair GuardedServer::client_certificate(std::string user, std::vector<std::string> groups,
                                          const KeyPair& by) {
    return issue(
        {.use = CertificateUse::client, .common_name = std::move(user), .organizations = std::move(groups)},
        by);
}

std::string GuardedServer::answer_to(const std::string& bytes, std::optional<KeyPair> certificate) {
    RawClient client(loop, port);
    if (!client.start_tls({.certificate = std::move(certificate)})) return "no TLS";
    client.send(bytes);
    std::string answer = client.read_all();
    EXPECT_EQ(answer.find(secret), std::string::npos) << answer;
    return answer;
}

std::string GuardedServer::verdict(const std::string& line, const std::string& headers,
                                   std::optional<KeyPair> certificate) {
    const std::string answer =
        answer_to(fmt::format("{} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{}\r\n", line, headers),
                  std::move(certificate));
    const std::size_t body = answer.find("\r\n\r\n");
    if (!answer.starts_with("HTTP/1.1 ") || body == std::string::npos) return "nothing: " + answer;
    const auto document = api::parse_json(std::string_view(answer).substr(body + 4));
    const api::Node* message = document ? document->find("message") : nullptr;
    return answer.substr(9, 3) + (message == nullptr ? "" : " " + *message->as_string());
}

}  // namespace hooklet
