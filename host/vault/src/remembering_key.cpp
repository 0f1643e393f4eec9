#include "remembering_key.h"

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace cicada::host::vault {

using base::Bytes;
using base::ByteView;
using base::Result;

namespace {

class RememberingKey final : public pki::SigningKey {
 public:
  explicit RememberingKey(std::unique_ptr<const pki::SigningKey> key) : key_(std::move(key)) {}

  [[nodiscard]] const pki::PublicHalf& public_half() const noexcept override { return key_->public_half(); }

  [[nodiscard]] Result<Bytes> sign_digest(pki::HashAlgorithm hash, ByteView digest) const override {
    std::string name{base::as_text(digest)};
    if (auto known = find(name)) return *std::move(known);
    CICADA_TRY(auto signature, key_->sign_digest(hash, digest));
    return remember(std::move(name), std::move(signature));
  }

  /// Asks for those that are new, together. What was signed before a failure is remembered: it is not signed again.
  [[nodiscard]] std::vector<Result<Bytes>> sign_digests(pki::HashAlgorithm hash,
                                                        std::span<const Bytes> digests) const override {
    std::vector<Result<Bytes>> signatures(digests.size());
    std::vector<Bytes> unknown;
    std::vector<std::vector<std::size_t>> places;  // of each that is unknown
    std::unordered_map<std::string, std::size_t> asked;
    for (std::size_t i = 0; i < digests.size(); ++i) {
      std::string name{base::as_text(digests[i])};
      if (auto known = find(name)) {
        signatures[i] = *std::move(known);
        continue;
      }
      const auto [entry, added] = asked.try_emplace(std::move(name), unknown.size());
      if (added) {
        unknown.push_back(digests[i]);
        places.emplace_back();
      }
      places[entry->second].push_back(i);
    }
    auto answers = key_->sign_digests(hash, unknown);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (answers[i]) answers[i] = remember(std::string{base::as_text(unknown[i])}, *std::move(answers[i]));
      for (const auto place : places[i]) signatures[place] = answers[i];
    }
    return signatures;
  }

 private:
  [[nodiscard]] std::optional<Bytes> find(const std::string& digest) const {
    const std::scoped_lock lock{mutex_};
    const auto known = signatures_.find(digest);
    if (known == signatures_.end()) return std::nullopt;
    return known->second;
  }

  /// Of two threads that signed the same at once, both get the signature of the first.
  [[nodiscard]] Bytes remember(std::string&& digest, Bytes&& signature) const {
    const std::scoped_lock lock{mutex_};
    const auto [entry, added] = signatures_.try_emplace(std::move(digest), std::move(signature));
    Bytes value = entry->second;
    if (!added) return value;
    order_.push_back(&entry->first);
    if (order_.size() > kMaxRemembered) {
      signatures_.erase(signatures_.find(*order_.front()));
      order_.pop_front();
    }
    return value;
  }

  std::unique_ptr<const pki::SigningKey> key_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, Bytes> signatures_;
  mutable std::deque<const std::string*> order_;  ///< keys of the map, the oldest first; they do not move
};

}  // namespace

std::unique_ptr<const pki::SigningKey> remembering(std::unique_ptr<const pki::SigningKey> key) {
  return std::make_unique<const RememberingKey>(std::move(key));
}

}  // namespace cicada::host::vault
