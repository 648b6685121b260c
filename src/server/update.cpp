// SPDX-License-Identifier: Apache-2.0
#include "server/update.hpp"

#include "server/write.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

Answer<void> check_uid(const Target& target, const std::string& wanted, const std::string& stored) {
    if (wanted.empty() || wanted == stored) return {};
    return std::unexpected(status::conflict(
        *target.kind, target.name,
        fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}", wanted, stored)));
}

Answer<void> check_version(const Target& target, const api::ObjectMeta& metadata) {
    if (!target.kind->versioned_update || asks_for_version(metadata)) return {};
    return std::unexpected(status::invalid(
        *target.kind, target.name,
        {api::issue::invalid_raw("metadata.resourceVersion", "0", "must be specified for an update")}));
}

/// PUT of what is not there.
Task<Answer<Written>> create_by_update(Services services, Target target, kinds::Object object,
                                       WriteOptions options) {
    api::ObjectMeta& metadata = *target.kind->metadata(object.get());
    if (auto same = check_uid(target, metadata.uid, ""); !same) co_return std::unexpected(same.error());
    metadata.resourceVersion.clear();
    co_return co_await create(services, target, std::move(object), std::move(options));
}

}  // namespace

Task<Answer<Written>> update(Services services, Target target, kinds::Object object, WriteOptions options) {
    const kinds::Kind* kind = target.kind;
    if (auto named = check_name(target, *kind->metadata(object.get())); !named)
        co_return std::unexpected(named.error());
    if (kind->create_on_update && target.part.empty() && !services.objects->get(target.key()))
        co_return co_await create_by_update(services, target, std::move(object), std::move(options));
    if (auto versioned = check_version(target, *kind->metadata(object.get())); !versioned)
        co_return std::unexpected(versioned.error());
    const auto make = [kind, target, object](const store::Object& stored) -> Answer<kinds::Object> {
        auto same = check_uid(target, kind->metadata(object.get())->uid, stored.uid);
        if (!same) return std::unexpected(same.error());
        return kind->copy(object.get());
    };
    const ChangeOptions changing{.dry_run = options.dry_run,
                                 .manager = options.field_manager,
                                 .node = options.node,
                                 .check = options.check};
    co_return co_await change(services, std::move(target), make, changing);
}

}  // namespace hooklet::server
