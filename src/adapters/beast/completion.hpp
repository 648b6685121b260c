// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"

#include <cstddef>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

/// How this adapter hears of the end of Asio's operations.
namespace hooklet {

/// Makes an operation return its error code instead of throwing it.
inline constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

/// How much is read of a connection at a time, in bytes.
inline constexpr std::size_t read_size = 64UL * 1024;

/// Whether the other side ended the connection; many end a TLS connection without saying so.
inline bool is_end_of_stream(const boost::system::error_code& error) {
    return error == asio::error::eof || error == asio::ssl::error::stream_truncated;
}

}  // namespace hooklet
