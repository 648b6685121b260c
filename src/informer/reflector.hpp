// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "ports/api.hpp"
#include "ports/clock.hpp"

#include <string>
#include <vector>

namespace hooklet {

/// Follows a selection of objects: lists them, watches what happens after that, and begins again when the
/// server no longer knows what that was. While the server is away it tries again with growing delays, from
/// 0.2 to 30 s. Objects come without their `managedFields`.
class Reflector {
  public:
    /// Who is told. Nothing of this may destroy the reflector.
    class Sink {
      public:
        virtual ~Sink() = default;
        /// What there is; everything else is gone.
        virtual void replace(std::vector<api::Node> objects) = 0;
        /// Is new or has changed.
        virtual void put(api::Node object) = 0;
        /// Has gone; the last that was seen of it.
        virtual void erase(api::Node object) = 0;
    };

    /// How it learns what there is: all at once, by replace(), or one by one, by put(). The latter takes no
    /// memory for all of them, but what has gone unseen is not told.
    enum class Start : std::uint8_t { with_list, with_watch };

    Reflector(Api* api, Clock* clock, Executor executor, ApiSelection selection, Sink* sink,
              Start start = Start::with_list)
        : api_(api),
          clock_(clock),
          gate_(std::move(executor)),
          selection_(std::move(selection)),
          sink_(sink),
          start_(start) {}

    /// May be called once.
    void start() { gate_.spawn(run()); }
    /// Nothing is told any more when this returns. Needed after start().
    Task<void> stop();

  private:
    Task<void> run();
    /// Lists when nothing is known, if it is to, then watches; returns why that is over.
    Task<Error> follow();
    Task<Status> list();
    void tell(ApiEvent event);

    Api* api_;
    Clock* clock_;
    Gate gate_;
    ApiSelection selection_;
    Sink* sink_;
    Start start_;
    CancelSource stopping_;
    std::string revision_;  // Empty: list first.
    unsigned failures_ = 0;
};

}  // namespace hooklet
