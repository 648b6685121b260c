// SPDX-License-Identifier: Apache-2.0
#include "support/sim_object_source.hpp"

namespace hooklet::sim {

Task<Result<std::shared_ptr<const api::ConfigMap>>> SimObjectSource::config_map(std::string namespace_,
                                                                                std::string name, Call call) {
    const auto passage = co_await wire_.request("objects.config_map", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    auto found = co_await objects_->config_map(std::move(namespace_), std::move(name), call);
    co_return co_await wire_.answer(*passage, call, std::move(found));
}

Task<Result<std::shared_ptr<const api::Secret>>> SimObjectSource::secret(std::string namespace_,
                                                                         std::string name, Call call) {
    const auto passage = co_await wire_.request("objects.secret", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    auto found = co_await objects_->secret(std::move(namespace_), std::move(name), call);
    co_return co_await wire_.answer(*passage, call, std::move(found));
}

Task<Result<ServiceAccountToken>> SimObjectSource::service_account_token(ServiceAccountTokenRequest request,
                                                                         Call call) {
    const auto passage = co_await wire_.request("objects.token", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<ServiceAccountToken> token = fail(Code::invalid, "nobody issues tokens");
    if (issued_) {
        const WallTime now = wire_.clock()->wall();
        token = ServiceAccountToken{"token-" + std::to_string(++*issued_), now,
                                    now + std::chrono::seconds{request.expiration_seconds}};
    }
    co_return co_await wire_.answer(*passage, call, std::move(token));
}

Task<Result<std::string>> SimObjectSource::runtime_handler(std::string runtime_class, Call call) {
    const auto passage = co_await wire_.request("objects.runtime_class", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    const auto known = handlers_.find(runtime_class);
    Result<std::string> handler = co_await objects_->runtime_handler(std::move(runtime_class), call);
    if (known != handlers_.end()) handler = known->second;
    co_return co_await wire_.answer(*passage, call, std::move(handler));
}

ObjectWatch SimObjectSource::watch(ObjectRef object, std::function<void()> changed) {
    return objects_->watch(std::move(object), std::move(changed));
}

}  // namespace hooklet::sim
