// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/http_server.hpp"

namespace hooklet::server {

/// Says of an answer that nobody but who asked may keep it, and only to ask again, as kube-apiserver says of
/// all of its answers. What the answer says itself counts.
void forbid_caching(HttpReply& reply);

/// An exchange whose answers say so; an upgrade is no answer. The inner one outlives it.
class UncachedExchange final : public HttpExchange {
  public:
    explicit UncachedExchange(HttpExchange* inner) : inner_(inner) {}
    [[nodiscard]] const HttpServerRequest& request() const override { return inner_->request(); }
    [[nodiscard]] CancelToken gone() const override { return inner_->gone(); }
    Task<Status> respond(HttpReply reply) override {
        forbid_caching(reply);
        return inner_->respond(std::move(reply));
    }
    Task<Status> begin(HttpReply head) override {
        forbid_caching(head);
        return inner_->begin(std::move(head));
    }
    Task<Status> write(std::string piece) override { return inner_->write(std::move(piece)); }
    Task<Status> finish() override { return inner_->finish(); }
    Task<Result<ByteStream*>> upgrade(HttpReply head) override { return inner_->upgrade(std::move(head)); }

  private:
    HttpExchange* inner_;
};

}  // namespace hooklet::server
