// SPDX-License-Identifier: Apache-2.0
#include "server/create.hpp"

#include "server/ownership.hpp"

#include <utility>

namespace hooklet::server {

namespace {

constexpr int most_names = 8;
constexpr std::size_t longest_base = 58;
constexpr std::size_t suffix_length = 5;

/// What clients do not decide.
void take_over(api::ObjectMeta& metadata, const Services& services) {
    metadata.uid = make_uuid(*services.random);
    metadata.creationTimestamp = services.clock->wall();
    metadata.deletionTimestamp.reset();
    metadata.deletionGracePeriodSeconds.reset();
    metadata.selfLink.clear();
    metadata.generation = 0;
}

/// Gives the object its namespace, and the target its name.
Answer<void> place(Target& target, api::ObjectMeta& metadata) {
    if (auto fits = check_namespace(target, metadata); !fits) return fits;
    if (asks_for_version(metadata)) {
        return std::unexpected(status::failure(500, "InternalError",
                                               "resourceVersion should not be set on objects to be created"));
    }
    metadata.resourceVersion.clear();
    target.name = metadata.name;
    return {};
}

/// One attempt, with the name that the object has now.
Task<Answer<Written>> create_once(Services services, Target target, kinds::Object object,
                                  WriteOptions options) {
    const kinds::Kind& kind = *target.kind;
    if (options.check) {
        auto allowed = options.check(target, object, nullptr);
        if (!allowed) co_return std::unexpected(allowed.error());
    }
    if (services.admission != nullptr) {
        AdmissionRequest request{
            AdmissionRequest::Operation::create, target, object, nullptr, options.dry_run, options.node};
        auto admitted = co_await services.admission->admit(std::move(request));
        if (!admitted) co_return std::unexpected(admitted.error());
    }
    // What follows from the object (the class of a Pod) follows from what admission has made of it.
    if (kind.prepare_create) kind.prepare_create(object.get());
    if (const api::Issues issues = kind.validate ? kind.validate(object.get()) : api::Issues{};
        !issues.empty()) {
        co_return std::unexpected(status::invalid(kind, target.name, issues));
    }
    Admission::Approval approval;
    if (services.admission != nullptr) {
        AdmissionRequest request{
            AdmissionRequest::Operation::create, target, object, nullptr, options.dry_run, options.node};
        auto approved = co_await services.admission->approve(std::move(request));
        if (!approved) co_return std::unexpected(approved.error());
        approval = *std::move(approved);
    }
    api::Node content = stored_form(kind, object.get());
    Written written{.created = true, .warnings = std::move(approval.warnings)};
    if (options.dry_run && !services.objects->get(target.key())) {
        written.object = unstored(target, content);
        co_return written;
    }
    ObjectKey key = target.key();
    auto made = co_await services.objects->create(std::move(key), std::move(content));
    if (!made) co_return std::unexpected(status::of(made.error(), kind, target.name));
    written.object = *std::move(made);
    co_return written;
}

}  // namespace

Task<Answer<Written>> create(Services services, Target target, kinds::Object object, WriteOptions options) {
    const kinds::Kind& kind = *target.kind;
    api::ObjectMeta& metadata = *kind.metadata(object.get());
    if (auto placed = place(target, metadata); !placed) co_return std::unexpected(placed.error());
    take_over(metadata, services);
    if (!options.owners_known)
        note_owners(target, object.get(), nullptr, options.field_manager, services.clock->wall());
    const bool generated = metadata.name.empty() && !metadata.generateName.empty();
    for (int attempt = 1;; ++attempt) {
        kinds::Object one = kind.copy(object.get());
        if (generated) {
            target.name = metadata.generateName.substr(0, longest_base) +
                          make_name_suffix(*services.random, suffix_length);
            kind.metadata(one.get())->name = target.name;
        }
        auto made = co_await create_once(services, target, one, options);
        if (made) co_return made;
        const bool taken = made.error().reason == "AlreadyExists";
        if (!generated || !taken || attempt == most_names) co_return std::unexpected(made.error());
    }
}

}  // namespace hooklet::server
