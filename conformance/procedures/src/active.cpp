// Unit R: active authentication (9303-11 §6.1).
#include <fmt/format.h>

#include "active_key.h"
#include "application.h"
#include "cicada/base/hex.h"
#include "cicada/conformance/procedures/steps.h"
#include "lists.h"

namespace cicada::conformance::procedures {

using base::Bytes;
using model::Outcome;
using Arguments = std::map<std::string, std::string>;

namespace {

constexpr std::size_t kChallengeSize = 8;
/// Most octets of a signature whose protected answer fits 256: what AES leaves, for either cipher.
constexpr std::size_t kMostInShort = 0xDF;

host::iso7816::CommandApdu internal_authenticate(Bytes challenge, std::size_t signature) {
  const bool extended = signature > kMostInShort;
  return {.ins = 0x88,
          .data = std::move(challenge),
          .ne = static_cast<std::uint32_t>(extended ? host::iso7816::kMaxNe : host::iso7816::kMaxShortNe),
          .extended = extended};
}

/// What the chip's files say of its key. DG14 is read for a key of ECDSA only.
Outcome read_key(Scene& scene, ActiveKey& key) {
  Bytes dg15;
  auto outcome = need_file(scene, "DG15", dg15);
  if (!outcome.passed()) return outcome;
  auto read = ActiveKey::from_dg15(dg15);
  if (!read) return model::fail(fmt::format("DG15: {}", read.error().describe()));
  key = *std::move(read);
  return outcome;
}

/// One signature of the size that the key has.
Outcome sign(Scene& scene, const ActiveKey& key, base::ByteView challenge, Bytes& signature) {
  constexpr std::string_view kWhat = "INTERNAL AUTHENTICATE";
  auto answer = scene.terminal.transmit(internal_authenticate(base::to_bytes(challenge), key.signature_size()), kWhat);
  if (!answer) return inconclusive(kWhat, answer.error());
  const model::Expectation expect{
      .sw = {model::SwPattern::from("success").value()},
      .protection = scene.terminal.has_session() ? model::Protection::secured : model::Protection::plain,
      .data = {.kind = model::DataRule::Kind::exactly, .count = key.signature_size()}};
  auto outcome = judge(*answer, expect, kWhat);
  signature = std::move(answer->data);
  return outcome;
}

Outcome sign_fresh(Scene& scene, const ActiveKey& key, Bytes& challenge, Bytes& signature) {
  challenge.resize(kChallengeSize);
  if (const auto done = scene.terminal.rng().fill(challenge); !done) return inconclusive("RND.IFD", done.error());
  return sign(scene, key, challenge, signature);
}

/// R_2, R_7
Outcome answers(Scene& scene, const Arguments&) {
  ActiveKey key;
  auto outcome = read_key(scene, key);
  if (!outcome.passed()) return outcome;
  static const Bytes kChallenge = {0x55, 0x66, 0x77, 0x88, 0x11, 0x22, 0x33, 0x44};
  Bytes signature;
  return sign(scene, key, kChallenge, signature);
}

/// R_3, R_4
Outcome refuses_challenge(Scene& scene, const Arguments& arguments) {
  constexpr std::string_view kWhat = "INTERNAL AUTHENTICATE";
  const auto argument = arguments.find("challenge");
  auto challenge = base::from_hex(argument == arguments.end() ? "" : argument->second);
  if (!challenge || challenge->empty()) return model::inconclusive("the case has no challenge");
  ActiveKey key;
  auto outcome = read_key(scene, key);
  if (!outcome.passed()) return outcome;
  const auto answer =
      scene.terminal.transmit(internal_authenticate(*std::move(challenge), key.signature_size()), kWhat);
  if (!answer) return inconclusive(kWhat, answer.error());
  return judge(*answer,
               {.sw = {model::SwPattern::from("checking-error").value()},
                .protection = scene.terminal.has_session() ? model::Protection::secured : model::Protection::plain,
                .data = {.kind = model::DataRule::Kind::none}},
               kWhat);
}

/// R_5: twice, because M1 has to be fresh.
Outcome verifies_rsa(Scene& scene, const Arguments&) {
  ActiveKey key;
  auto outcome = read_key(scene, key);
  if (!outcome.passed()) return outcome;
  Bytes recovered[2];
  for (auto& m1 : recovered) {
    Bytes challenge;
    Bytes signature;
    outcome = sign_fresh(scene, key, challenge, signature);
    if (!outcome.passed()) return outcome;
    auto message = key.recover(challenge, signature);
    if (!message) return model::fail(fmt::format("the signature does not verify: {}", message.error().describe()));
    m1 = *std::move(message);
  }
  return recovered[0] == recovered[1] ? model::fail("M1 is the same in two signatures") : model::pass();
}

/// R_6
Outcome verifies_ecdsa(Scene& scene, const Arguments&) {
  ActiveKey key;
  auto outcome = read_key(scene, key);
  if (!outcome.passed()) return outcome;
  Bytes dg14;
  outcome = need_file(scene, "DG14", dg14);
  if (!outcome.passed()) return outcome;
  if (const auto hash = key.take_hash(dg14); !hash) {
    return model::fail(fmt::format("DG14: {}", hash.error().describe()));
  }
  Bytes challenge;
  Bytes signature;
  outcome = sign_fresh(scene, key, challenge, signature);
  if (!outcome.passed()) return outcome;
  const auto verified = key.verify(challenge, signature);
  return verified ? model::pass()
                  : model::fail(fmt::format("the signature does not verify: {}", verified.error().describe()));
}

constexpr std::string_view kChallengeArgument[] = {"challenge"};
constexpr NamedProcedure kProcedures[] = {
    {.name = "active-answers", .arguments = {}, .procedure = answers},
    {.name = "active-refuses", .arguments = kChallengeArgument, .procedure = refuses_challenge},
    {.name = "active-rsa", .arguments = {}, .procedure = verifies_rsa},
    {.name = "active-ecdsa", .arguments = {}, .procedure = verifies_ecdsa},
};

}  // namespace

std::span<const NamedProcedure> active_procedures() {
  return kProcedures;
}

}  // namespace cicada::conformance::procedures
