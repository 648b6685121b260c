// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/process_end.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <poll.h>

namespace hooklet {

Task<boost::system::error_code> process_end(asio::posix::stream_descriptor* pidfd) {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    for (;;) {
        const auto [error] = co_await pidfd->async_wait(asio::posix::stream_descriptor::wait_read, token);
        if (error) co_return error;
        // Asio's reactor may give a new descriptor an event of a closed one whose place it has taken.
        pollfd process{pidfd->native_handle(), POLLIN, 0};
        if (::poll(&process, 1, 0) > 0) co_return error;
    }
}

}  // namespace hooklet
