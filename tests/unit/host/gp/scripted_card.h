// A card that answers from a list and keeps what it was sent.
#pragma once

#include <deque>
#include <vector>

#include "cicada/base/rng.h"
#include "cicada/host/iso7816/channel.h"
#include "cicada/host/transport/loopback.h"

namespace cicada::test {

/// Gives the challenge that a vector was made with.
class ChallengeRng final : public base::Rng {
 public:
  explicit ChallengeRng(base::Bytes challenge) : challenge_(std::move(challenge)) {}
  base::Result<void> fill(base::MutableByteView out) override {
    if (out.size() != challenge_.size()) return base::fail({.fault = base::Fault::crypto, .what = "not a challenge"});
    std::ranges::copy(challenge_, out.begin());
    return {};
  }

 private:
  base::Bytes challenge_;
};

/// With no answers left, the card is gone.
struct ScriptedCard {
  std::deque<base::Bytes> answers;
  std::vector<base::Bytes> commands;
  host::transport::LoopbackTransport transport{[this](base::ByteView command) {
    commands.push_back(base::to_bytes(command));
    if (answers.empty()) return base::Bytes{};
    auto answer = answers.front();
    answers.pop_front();
    return answer;
  }};
  host::iso7816::Channel channel{transport};
};

}  // namespace cicada::test
