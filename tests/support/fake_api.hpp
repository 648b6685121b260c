// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/api.hpp"
#include "support/fake_objects.hpp"
#include "support/sim_wire.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::sim {

/// A Kubernetes API in memory, on virtual time, without admission, defaults or controllers. Each call takes a
/// moment and may fail: sites `api.VERB.RESOURCE[/SUBRESOURCE]` (`api.create.pods/binding`), and
/// `api.next.RESOURCE` for a watch that breaks. What a careful client never does throws std::logic_error:
/// documents without kind or apiVersion, another name or namespace in the object than in the path, a
/// namespace too few or too many, fields that the kind's field selector does not know, names it makes up.
class FakeApi final : public Api {
  public:
    FakeApi(SimWire wire, Random* random)
        : wire_(std::move(wire)), objects_(wire_.clock(), random, [this] { wake(); }) {}

    Task<Result<api::Node>> get(ApiPath path, Call call) override;
    Task<Result<ApiList>> list(ApiSelection selection, Call call) override;
    Task<Result<std::unique_ptr<ApiWatch>>> watch(ApiSelection selection, std::string resource_version,
                                                  Call call) override;
    Task<Result<api::Node>> create(ApiPath path, api::Node object, Call call) override;
    Task<Result<api::Node>> update(ApiPath path, api::Node object, Call call) override;
    Task<Result<api::Node>> patch(ApiPath path, ApiPatchType type, api::Node patch, Call call) override;
    Task<Result<api::Node>> remove(ApiPath path, ApiDelete options, Call call) override;

    /// The next call at `site` fails with this error and has no effect.
    void fail_next(const std::string& site, Error error) { failures_[site].push_back(std::move(error)); }
    /// The history is forgotten: watches from before, open or new, end with Code::expired.
    void expire();
    /// All open watches end with Code::unavailable.
    void disconnect();

    /// The objects, for the tests' own reads and writes: at once, and not among calls().
    [[nodiscard]] FakeObjects& objects() { return objects_; }
    [[nodiscard]] const FakeObjects& objects() const { return objects_; }
    /// Every write that arrived: `create pods/binding default/a`. generateName counts as the name.
    [[nodiscard]] const std::vector<std::string>& writes() const { return writes_; }
    [[nodiscard]] std::size_t open_watches() const { return watches_.size(); }

  private:
    class Watch;
    using Woken = Promise<Result<std::monostate>>;

    /// The call's way there, with the failures that were asked for.
    Task<Result<Passage>> arrive(std::string verb, ApiPath path, Call call);
    Task<Result<api::Node>> write(std::string verb, ApiPath path, std::string name,
                                  std::move_only_function<Result<api::Node>()> effect, Call call);
    /// Whoever waits looks again.
    void wake();

    SimWire wire_;
    FakeObjects objects_;
    std::map<std::string, std::deque<Error>> failures_;
    std::vector<std::string> writes_;
    std::vector<Watch*> watches_;
    std::int64_t complete_since_ = 0;
};

}  // namespace hooklet::sim
