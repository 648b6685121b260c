// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/http_server.hpp"
#include "streams/log_reader.hpp"

namespace hooklet {

/// Answers `GET .../log`: in chunks, or over a WebSocket with `binary.k8s.io` (API spec 6.5). Returns when
/// the log has ended or the client has gone. A log that is not there is an empty answer, as one that was
/// never written to.
Task<void> answer_log(HttpExchange* exchange, Executor executor, LogReader::Ports ports, LogRequest request);

}  // namespace hooklet
