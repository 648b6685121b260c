// SPDX-License-Identifier: Apache-2.0
#include "controllers/token_secrets.hpp"

#include "controllers/resource.hpp"
#include "identity/jwt.hpp"
#include "identity/secret_token.hpp"

#include <utility>

namespace hooklet {

namespace {

constexpr const char* of_token_secrets = "type=kubernetes.io/service-account-token";
constexpr const char* name_annotation = "kubernetes.io/service-account.name";
constexpr const char* uid_annotation = "kubernetes.io/service-account.uid";
constexpr const char* token_key = "token";
constexpr const char* certificates_data = "ca.crt";
constexpr const char* namespace_key = "namespace";

std::string text_in(const std::map<std::string, std::string>& texts, const char* key) {
    const auto found = texts.find(key);
    return found == texts.end() ? "" : found->second;
}

/// Whether the account is the one that the Secret is for.
bool is_of(const api::Secret& secret, const api::ObjectMeta& account) {
    const std::string uid = text_in(secret.metadata.annotations, uid_annotation);
    return uid.empty() || uid == account.uid;
}

bool is_complete(const api::Secret& secret, const std::string& ca_certificates) {
    return !text_in(secret.data, token_key).empty() && !text_in(secret.data, namespace_key).empty() &&
           text_in(secret.data, certificates_data) == ca_certificates;
}

ApiPath secret_path(const api::Secret& secret) {
    return {"", "v1", "secrets", secret.metadata.namespace_, secret.metadata.name};
}

/// It has gone meanwhile, or its owner wants it to stay as it is (`immutable`).
Status without_its_own_will(Status written) {
    if (written) return {};
    const Code code = written.error().code;
    if (code == Code::not_found || code == Code::invalid) return {};
    return written;
}

}  // namespace

TokenSecrets::TokenSecrets(Api* api, Clock* clock, const Executor& executor, const TokenSigner* signer,
                           std::string ca_certificates)
    : api_(api),
      clock_(clock),
      signer_(signer),
      ca_certificates_(std::move(ca_certificates)),
      secrets_(api, clock, executor, {{"", "v1", "secrets"}, "", of_token_secrets}),
      accounts_(api, clock, executor, {{"", "v1", "serviceaccounts"}}),
      loop_(clock, executor, [this](CancelToken cancel) { return tend_all(std::move(cancel)); }) {
    const auto poke = [this](const auto&, const auto&) { loop_.poke(); };
    const auto synced = [this] { loop_.poke(); };
    secrets_.listen(
        [this](const SecretPtr& before, const SecretPtr& now) {
            if (!now) note(before);
            loop_.poke();
        },
        synced);
    accounts_.listen(poke, synced);
}

void TokenSecrets::start() {
    loop_.start();
    secrets_.start();
    accounts_.start();
}

Task<void> TokenSecrets::stop() {
    co_await secrets_.stop();
    co_await accounts_.stop();
    co_await loop_.stop();
}

void TokenSecrets::note(const SecretPtr& gone) {
    const api::ObjectMeta& metadata = gone->metadata;
    const std::string account = text_in(metadata.annotations, name_annotation);
    if (account.empty()) return;
    const ObjectName name{metadata.namespace_, metadata.name};
    traces_.insert({name, account, text_in(metadata.annotations, uid_annotation)});
}

Task<Status> TokenSecrets::tend_all(CancelToken cancel) {
    if (signer_ == nullptr || !secrets_.synced() || !accounts_.synced()) co_return Status{};
    const auto known = secrets_.objects();
    Status all = co_await remove_traces(cancel);
    for (const auto& [name, secret] : known) {
        const Status one = co_await tend(secret, clock_->call_within(longest_request, cancel));
        if (!one) all = one;
    }
    co_return all;
}

Task<Status> TokenSecrets::tend(SecretPtr secret, Call call) {
    const std::string name = text_in(secret->metadata.annotations, name_annotation);
    if (name.empty() || secret->metadata.deletionTimestamp) co_return Status{};
    const auto account = accounts_.find({secret->metadata.namespace_, name});
    if (account == nullptr || !is_of(*secret, *account))
        co_return co_await remove_orphan(std::move(secret), std::move(call));
    if (is_complete(*secret, ca_certificates_)) co_return Status{};
    const auto full = filled(*secret, *account);
    if (!full) co_return std::unexpected(full.error());
    const auto written = co_await api_->update(secret_path(*secret), api::encode(*full), std::move(call));
    if (written) co_return Status{};
    co_return without_its_own_will(std::unexpected(written.error()));
}

Task<Status> TokenSecrets::remove_orphan(SecretPtr secret, Call call) {
    const ApiPath account{"", "v1", "serviceaccounts", secret->metadata.namespace_,
                          text_in(secret->metadata.annotations, name_annotation)};
    const auto found = co_await api_->get(account, call);
    if (!found && found.error().code != Code::not_found) co_return std::unexpected(found.error());
    if (found && is_of(*secret, metadata_of(*found))) co_return Status{};
    const ApiDelete as_it_is{.uid = secret->metadata.uid,
                             .resource_version = secret->metadata.resourceVersion};
    const auto removed = co_await api_->remove(secret_path(*secret), as_it_is, std::move(call));
    if (removed) co_return Status{};
    co_return without_its_own_will(std::unexpected(removed.error()));
}

Task<Status> TokenSecrets::remove_traces(CancelToken cancel) {
    const std::set<Trace> traces = std::exchange(traces_, {});
    Status all;
    for (const Trace& trace : traces) {
        const Status one = co_await remove_trace(trace, clock_->call_within(longest_request, cancel));
        if (one) continue;
        traces_.insert(trace);
        all = one;
    }
    co_return all;
}

Task<Status> TokenSecrets::remove_trace(Trace trace, Call call) {
    if (secrets_.find(trace.secret)) co_return Status{};
    const ApiPath path{"", "v1", "serviceaccounts", trace.secret.namespace_, trace.account};
    const auto found = co_await api_->get(path, call);
    if (!found) co_return without_its_own_will(std::unexpected(found.error()));
    auto account = read_as<api::ServiceAccount>(*found);
    const bool is_another = !trace.account_uid.empty() && trace.account_uid != account.metadata.uid;
    const auto names_it = [&trace](const api::ObjectReference& it) { return it.name == trace.secret.name; };
    if (is_another || std::erase_if(account.secrets, names_it) == 0) co_return Status{};
    account.kind = "ServiceAccount";
    account.apiVersion = "v1";
    const auto written = co_await api_->update(path, api::encode(account), std::move(call));
    if (written) co_return Status{};
    co_return without_its_own_will(std::unexpected(written.error()));
}

Result<api::Secret> TokenSecrets::filled(api::Secret secret, const api::ObjectMeta& account) const {
    secret.kind = "Secret";
    secret.apiVersion = "v1";
    secret.metadata.annotations[uid_annotation] = account.uid;
    secret.data[certificates_data] = ca_certificates_;
    if (text_in(secret.data, namespace_key).empty()) secret.data[namespace_key] = account.namespace_;
    if (!text_in(secret.data, token_key).empty()) return secret;
    const identity::SecretTokenClaims claims{.namespace_ = account.namespace_,
                                             .secret = secret.metadata.name,
                                             .service_account = {account.name, account.uid}};
    auto token = identity::sign_jwt(*signer_, identity::to_node(claims));
    if (!token) return std::unexpected(token.error());
    secret.data[token_key] = *std::move(token);
    return secret;
}

}  // namespace hooklet
