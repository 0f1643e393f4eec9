// Unit C: basic access control.
#include "cicada/conformance/terminal/bac.h"

#include <fmt/format.h>

#include "application.h"
#include "cicada/conformance/procedures/steps.h"
#include "lists.h"

namespace cicada::conformance::procedures {

using base::Bytes;
using model::Outcome;
using terminal::BacKeys;
using terminal::BacRun;
using Arguments = std::map<std::string, std::string>;

namespace {

const model::Expectation& refusal() {
  static const model::Expectation kRefusal{.sw = {model::SwPattern::from("error").value()},
                                           .protection = model::Protection::plain,
                                           .data = {.kind = model::DataRule::Kind::none}};
  return kRefusal;
}

model::Expectation success(std::size_t octets) {
  return {.sw = {model::SwPattern::from("success").value()},
          .protection = model::Protection::plain,
          .data = {.kind = model::DataRule::Kind::exactly, .count = octets}};
}

Outcome take_challenge(Scene& scene, Bytes& challenge) {
  constexpr std::string_view kWhat = "GET CHALLENGE";
  auto answer = scene.terminal.send(terminal::get_challenge(), kWhat);
  if (!answer) return inconclusive(kWhat, answer.error());
  auto outcome = judge(*answer, success(terminal::kBacNonceSize), kWhat);
  challenge = std::move(answer->data);
  return outcome;
}

/// EXTERNAL AUTHENTICATE with a token that must not be believed.
Outcome expect_refused(Scene& scene, const base::Result<Bytes>& token, std::string_view what) {
  if (!token) return inconclusive(what, token.error());
  const auto answer = scene.terminal.send(terminal::external_authenticate(*token), what);
  return answer ? judge(*answer, refusal(), what) : inconclusive(what, answer.error());
}

/// A run as it should be: its answer proves itself, and the session works.
Outcome expect_session(Scene& scene, const BacKeys& keys) {
  constexpr std::string_view kWhat = "EXTERNAL AUTHENTICATE";
  Bytes challenge;
  auto outcome = take_challenge(scene, challenge);
  if (!outcome.passed()) return outcome;
  const auto run = BacRun::create(challenge, scene.terminal.rng());
  if (!run) return inconclusive(kWhat, run.error());
  const auto token = run->seal(keys);
  if (!token) return inconclusive(kWhat, token.error());
  const auto response = scene.terminal.send(terminal::external_authenticate(*token), kWhat);
  if (!response) return inconclusive(kWhat, response.error());
  outcome = judge(*response, success(terminal::kBacTokenSize), kWhat);
  if (!outcome.passed()) return outcome;
  auto answer = run->check(keys, response->data);
  if (!answer) return inconclusive(kWhat, answer.error());
  if (!answer->session) return model::fail(fmt::format("{}: {}", kWhat, answer->wrong));
  scene.terminal.open(*std::move(answer->session));
  const auto read = scene.terminal.protect(read_binary_sfi(0x1E, 0, 6), {}, "EF.COM");
  if (!read) return inconclusive("EF.COM", read.error());
  auto wanted = success(6);
  wanted.protection = model::Protection::secured;
  return judge(*read, wanted, "reading EF.COM under the session");
}

/// A protected command must find no session: its MAC is of no session's key.
Outcome expect_no_session(Scene& scene) {
  constexpr std::string_view kWhat = "a protected command without a session";
  static const Bytes kRead = {0x0C, 0xB0, 0x9E, 0x00, 0x0D, 0x97, 0x01, 0x06, 0x8E, 0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0x00};
  const auto answer = scene.terminal.send(kRead, kWhat);
  return answer ? judge(*answer, refusal(), kWhat) : inconclusive(kWhat, answer.error());
}

/// C_1: 8 octets each, and others.
Outcome fresh_challenges(Scene& scene, const Arguments&) {
  Bytes one;
  auto outcome = take_challenge(scene, one);
  if (!outcome.passed()) return outcome;
  Bytes other;
  outcome = take_challenge(scene, other);
  if (!outcome.passed()) return outcome;
  return one == other ? model::fail("the chip gave the same challenge twice") : model::pass();
}

/// C_2
Outcome positive(Scene& scene, const Arguments&) {
  const auto keys = bac_keys(scene.ics);
  return keys ? expect_session(scene, *keys) : inconclusive("the statement's MRZ", keys.error());
}

/// A copy with one bit of the named key changed (not a parity bit, which 3DES does not look at).
BacKeys flipped(const BacKeys& keys, bool enc) {
  auto octets = base::to_bytes(enc ? keys.enc.expose() : keys.mac.expose());
  octets[0] ^= 0x10U;
  base::SecretBytes wrong{std::move(octets)};
  return enc ? BacKeys{.enc = std::move(wrong), .mac = keys.mac.clone()}
             : BacKeys{.enc = keys.enc.clone(), .mac = std::move(wrong)};
}

/// C_3: each wrong in one thing, each after a challenge of its own.
Outcome wrong_data(Scene& scene, const Arguments&) {
  const auto keys = bac_keys(scene.ics);
  if (!keys) return inconclusive("the statement's MRZ", keys.error());
  const auto try_with = [&](std::string_view what, auto&& seal) {
    Bytes challenge;
    auto outcome = take_challenge(scene, challenge);
    if (!outcome.passed()) return outcome;
    auto run = BacRun::create(challenge, scene.terminal.rng());
    if (!run) return inconclusive(what, run.error());
    outcome = expect_refused(scene, seal(*run), what);
    return outcome.passed() ? expect_no_session(scene) : outcome;
  };
  auto outcome = try_with("another encryption key", [&](BacRun& run) { return run.seal(flipped(*keys, true)); });
  if (!outcome.passed()) return outcome;
  outcome = try_with("another MAC key", [&](BacRun& run) { return run.seal(flipped(*keys, false)); });
  if (!outcome.passed()) return outcome;
  return try_with("another RND.IC", [&](BacRun& run) {
    run.rnd_ic[0] ^= 0x01U;
    return run.seal(*keys);
  });
}

/// C_4: no challenge, and the older of two.
Outcome stale_challenge(Scene& scene, const Arguments&) {
  const auto keys = bac_keys(scene.ics);
  if (!keys) return inconclusive("the statement's MRZ", keys.error());
  const auto none = BacRun::create(Bytes(terminal::kBacNonceSize), scene.terminal.rng());
  if (!none) return inconclusive("BAC", none.error());
  auto outcome = expect_refused(scene, none->seal(*keys), "without GET CHALLENGE, RND.IC zero");
  if (!outcome.passed()) return outcome;
  Bytes older;
  Bytes newer;
  outcome = take_challenge(scene, older);
  if (outcome.passed()) outcome = take_challenge(scene, newer);
  if (!outcome.passed()) return outcome;
  const auto stale = BacRun::create(older, scene.terminal.rng());
  if (!stale) return inconclusive("BAC", stale.error());
  outcome = expect_refused(scene, stale->seal(*keys), "the older of two challenges");
  return outcome.passed() ? expect_no_session(scene) : outcome;
}

/// C_6: the failure leaves nothing behind.
Outcome wrong_mac(Scene& scene, const Arguments&) {
  const auto keys = bac_keys(scene.ics);
  if (!keys) return inconclusive("the statement's MRZ", keys.error());
  Bytes challenge;
  auto outcome = take_challenge(scene, challenge);
  if (!outcome.passed()) return outcome;
  const auto run = BacRun::create(challenge, scene.terminal.rng());
  if (!run) return inconclusive("BAC", run.error());
  auto token = run->seal(*keys);
  if (token) token->back() ^= 0x01U;
  outcome = expect_refused(scene, token, "one bit of M_IFD changed");
  return outcome.passed() ? expect_session(scene, *keys) : outcome;
}

constexpr NamedProcedure kProcedures[] = {
    {.name = "bac-fresh-challenges", .arguments = {}, .procedure = fresh_challenges},
    {.name = "bac-positive", .arguments = {}, .procedure = positive},
    {.name = "bac-wrong-data", .arguments = {}, .procedure = wrong_data},
    {.name = "bac-stale-challenge", .arguments = {}, .procedure = stale_challenge},
    {.name = "bac-wrong-mac", .arguments = {}, .procedure = wrong_mac},
};

}  // namespace

std::span<const NamedProcedure> bac_procedures() {
  return kProcedures;
}

}  // namespace cicada::conformance::procedures
