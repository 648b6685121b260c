// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/system/error_code.hpp>

namespace hooklet {

/// Returns when the process of this pidfd has ended, or with operation_aborted when the descriptor is
/// cancelled. The descriptor outlives the call.
Task<boost::system::error_code> process_end(asio::posix::stream_descriptor* pidfd);

}  // namespace hooklet
