// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/beast/server_stream.hpp"

#include <cstddef>
#include <list>

namespace hooklet {

/// The connections of clients that have not shown who they are and have nothing under way. When there are
/// more than `seats` of them, the one that has waited longest is closed: strangers keep nobody out.
class WaitingRoom {
  public:
    explicit WaitingRoom(std::size_t seats) : seats_(seats) {}

    /// One that waits, as long as this lives. Both outlive it.
    class Seat {
      public:
        Seat(WaitingRoom* room, ServerStream* stream) : room_(room), stream_(stream) {
            room_->waiting_.push_back(this);
            if (room_->waiting_.size() > room_->seats_) (void)room_->make_way();
        }
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;
        ~Seat() { room_->waiting_.remove(this); }

      private:
        friend class WaitingRoom;
        WaitingRoom* room_;
        ServerStream* stream_;
    };

    /// Closes the connection that has waited longest; false when none waits.
    bool make_way() {
        if (waiting_.empty()) return false;
        ServerStream* const longest = waiting_.front()->stream_;
        waiting_.pop_front();
        longest->close();
        return true;
    }

  private:
    std::size_t seats_;
    std::list<Seat*> waiting_;
};

}  // namespace hooklet
