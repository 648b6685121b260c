// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/token_signer.hpp"

#include <memory>

namespace hooklet {

class OpensslTokenSigner final : public TokenSigner {
  public:
    /// `key` is a private key in PEM. Code::invalid: it is none, or not one of the curve P-256.
    static Result<std::unique_ptr<OpensslTokenSigner>> make(std::string_view key);
    ~OpensslTokenSigner() override;

    [[nodiscard]] std::string key_digest() const override;
    [[nodiscard]] std::string public_key() const override;
    [[nodiscard]] Result<std::string> sign(std::string_view bytes) const override;
    [[nodiscard]] bool verify(std::string_view bytes, std::string_view signature) const override;

  private:
    struct Impl;
    explicit OpensslTokenSigner(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace hooklet
