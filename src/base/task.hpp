// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace hooklet {

namespace asio = boost::asio;

/// A coroutine of the loop. Parameters are taken by value; a capturing lambda is never a coroutine
/// (docs/common-errors.md says why).
template <class T = void>
using Task = asio::awaitable<T>;

using Executor = asio::any_io_executor;

}  // namespace hooklet
