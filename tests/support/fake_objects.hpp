// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kinds/kind.hpp"
#include "ports/api.hpp"
#include "ports/clock.hpp"
#include "ports/random.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace hooklet::sim {

/// One change of one object. An object's end has no `now`; its `before` is the last state with the revision
/// of the end.
struct FakeChange {
    std::int64_t revision = 0;
    std::string resource;
    std::optional<api::Node> before;
    std::optional<api::Node> now;
};

/// The objects of the fake API and the rules for changing them; see FakeApi.
class FakeObjects {
  public:
    /// `changed` is called after each change.
    FakeObjects(Clock* clock, Random* random, std::function<void()> changed)
        : clock_(clock), random_(random), changed_(std::move(changed)) {}

    Result<api::Node> get(const ApiPath& path);
    Result<api::Node> create(const ApiPath& path, api::Node object);
    Result<api::Node> update(const ApiPath& path, api::Node object);
    Result<api::Node> patch(const ApiPath& path, ApiPatchType type, const api::Node& patch);
    Result<api::Node> remove(const ApiPath& path, const ApiDelete& options);
    /// All objects of the path's resource and namespace, in the order of their names.
    [[nodiscard]] std::vector<api::Node> all(const ApiPath& path) const;

    [[nodiscard]] std::int64_t revision() const { return revision_; }
    /// A revision in which nothing changes.
    void skip_revision() { ++revision_; }
    [[nodiscard]] const std::vector<FakeChange>& changes() const { return changes_; }

    /// `pods`, `leases.coordination.k8s.io`
    [[nodiscard]] static std::string resource_of(const ApiPath& path);
    /// Throws std::logic_error for a resource that there is not.
    [[nodiscard]] static const kinds::Kind& kind_of(const ApiPath& path);

  private:
    using Key = std::tuple<std::string, std::string, std::string>;  // resource, namespace, name

    [[nodiscard]] static Key key_of(const ApiPath& path);
    [[nodiscard]] Status may_create_in(const ApiPath& path) const;
    Result<api::Node> create_below(const ApiPath& path, const api::Node& object);
    Result<api::Node> bind(const ApiPath& path, const api::Node& binding);
    /// Keeps what `path` does not decide, then stores; the last finalizer's end is the object's.
    Result<api::Node> replace(const ApiPath& path, api::Node now, const api::Node& before);
    Result<api::Node> store(const Key& key, api::Node now);
    Result<api::Node> erase(const Key& key, api::Node last);
    Result<api::Node> remove_pod(const Key& key, api::Node pod, const ApiDelete& options);

    Clock* clock_;
    Random* random_;
    std::function<void()> changed_;
    std::int64_t revision_ = 1;
    int tokens_ = 0;
    std::map<Key, api::Node> objects_;
    std::vector<FakeChange> changes_;
};

}  // namespace hooklet::sim
