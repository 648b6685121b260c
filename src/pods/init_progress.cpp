// SPDX-License-Identifier: Apache-2.0
#include "pods/plan.hpp"

#include <algorithm>

namespace hooklet {

namespace {

/// The walk of lifecycle spec 4.5: from the last init container to the first.
class InitWalk {
  public:
    explicit InitWalk(const std::vector<ContainerFacts>& containers) : containers_(containers) {
        count_ = static_cast<std::size_t>(
            std::ranges::count_if(containers, [](const ContainerFacts& c) { return is_init(c); }));
        progress_.done = count_ == 0 || std::ranges::any_of(containers, has_begun);
        later_begun_ = progress_.done;
    }

    InitProgress run() {
        for (std::size_t i = count_; i-- > 0 && !progress_.failed;) visit(i);
        if (progress_.failed) {
            progress_.starts.clear();
            progress_.stops.clear();
            progress_.done = false;
        } else if (!later_begun_) {
            progress_.starts.push_back(0);
        }
        std::ranges::reverse(progress_.starts);
        return std::move(progress_);
    }

  private:
    static bool is_init(const ContainerFacts& c) { return c.role == Role::init || c.role == Role::sidecar; }
    /// In a new sandbox all begins anew. In the same one nothing does, not even for init containers of which
    /// the engine knows nothing any more.
    static bool has_begun(const ContainerFacts& c) {
        if (c.role != Role::ordinary) return false;
        return c.starting || c.stopping || (c.current && !c.current->of_old_sandbox);
    }

    void visit(std::size_t i) {
        const ContainerFacts& c = containers_[i];
        if (!c.current && !is_busy(c)) {
            if (later_begun_ && c.role == Role::sidecar) progress_.starts.push_back(i);
            return;
        }
        if (c.role == Role::sidecar) {
            visit_sidecar(i, c);
        } else if (!later_begun_) {
            visit_init(i, c);
        }
        later_begun_ = true;
    }

    void visit_init(std::size_t i, const ContainerFacts& c) {
        if (is_busy(c)) return;
        if (c.current->done() && !c.current->restart) {
            initialised(i);
        } else if (c.current->running()) {
            return;
        } else if (wants_start(c.policy, c.current)) {
            progress_.starts.push_back(i);
        } else {
            progress_.failed = true;
        }
    }

    void visit_sidecar(std::size_t i, const ContainerFacts& c) {
        if (c.started) initialised(i);
        if (is_busy(c)) return;
        if (const auto stop = needed_stop(c, i)) {
            progress_.stops.push_back(*stop);
        } else if (!c.current->running()) {
            progress_.starts.push_back(i);
        }
    }

    /// Container i does not hold up those behind it.
    void initialised(std::size_t i) {
        if (i + 1 == count_) {
            progress_.done = true;
        } else if (!later_begun_) {
            progress_.starts.push_back(i + 1);
        }
    }

    const std::vector<ContainerFacts>& containers_;
    InitProgress progress_;
    std::size_t count_ = 0;
    bool later_begun_ = false;
};

}  // namespace

InitProgress init_progress(const std::vector<ContainerFacts>& containers) {
    return InitWalk(containers).run();
}

}  // namespace hooklet
