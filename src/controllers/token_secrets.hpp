// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "informer/control_loop.hpp"
#include "informer/informer.hpp"
#include "ports/token_signer.hpp"

#include <compare>
#include <memory>
#include <set>
#include <string>

namespace hooklet {

/// Gives Secrets of type `kubernetes.io/service-account-token` what they are made for: a token of the account
/// that their annotation `kubernetes.io/service-account.name` names, the certificates of the API, and their
/// namespace. One whose account is not there, or is another one than before, is deleted. One that is gone is
/// taken out of the list `secrets` of its account.
class TokenSecrets {
  public:
    /// `signer` outlives it; nullptr: there are no tokens, and nothing is done. `ca_certificates`: PEM.
    TokenSecrets(Api* api, Clock* clock, const Executor& executor, const TokenSigner* signer,
                 std::string ca_certificates);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    using SecretPtr = std::shared_ptr<const api::Secret>;

    /// What is left of a Secret that is gone.
    struct Trace {
        ObjectName secret;
        std::string account;
        std::string account_uid;  ///< Empty: any of that name.
        auto operator<=>(const Trace&) const = default;
    };

    void note(const SecretPtr& gone);
    Task<Status> tend_all(CancelToken cancel);
    Task<Status> remove_traces(CancelToken cancel);
    Task<Status> remove_trace(Trace trace, Call call);
    Task<Status> tend(SecretPtr secret, Call call);
    /// The account is not known, or is another one. What is known may be old: the API is asked.
    Task<Status> remove_orphan(SecretPtr secret, Call call);
    [[nodiscard]] Result<api::Secret> filled(api::Secret secret, const api::ObjectMeta& account) const;

    Api* api_;
    Clock* clock_;
    const TokenSigner* signer_;
    std::string ca_certificates_;
    Informer<api::Secret> secrets_;
    Informer<api::ObjectMeta> accounts_;
    std::set<Trace> traces_;  ///< That may still be in an account's list.
    ControlLoop loop_;
};

}  // namespace hooklet
