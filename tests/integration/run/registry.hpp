// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/asio/asio_clock.hpp"
#include "adapters/posix/process.hpp"

#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>

namespace hooklet::testing {

/// An image registry that speaks plain HTTP on a free port of the loopback interface. Ended by the
/// destructor.
class Registry {
  public:
    /// `folder` holds what is pushed, and the log.
    explicit Registry(const std::string& folder);
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;
    ~Registry();

    /// `127.0.0.1:PORT`; empty when it did not start.
    [[nodiscard]] const std::string& address() const { return address_; }
    /// Pushes an image archive and returns the image's full name there. A failure is one of the test.
    std::string push(const std::string& archive, const std::string& name);
    /// How many requests it got whose line in the log has this in it.
    [[nodiscard]] int requests(const std::string& part) const;

  private:
    asio::io_context loop_;
    AsioClock clock_{loop_.get_executor()};
    std::string log_;
    std::optional<Child> child_;
    std::string address_;
};

}  // namespace hooklet::testing
