#include "terminal_wrong.h"

#include <fmt/format.h>

#include <array>

#include "cicada/conformance/procedures/steps.h"

namespace cicada::conformance::procedures {

using base::Bytes;
using model::Expectation;
using model::Outcome;
using model::Protection;
using model::Tamper;
using terminal::Holder;
namespace ta = terminal::ta;

namespace {

/// Words of the argument that take a part in more than one step.
struct Wrong {
  std::string_view word;
  [[nodiscard]] bool is(std::string_view other) const { return word == other; }
};

Outcome name_key(EacRun& run, const Holder& who, Wrong wrong) {
  constexpr asn1::Tag kKeyReference = 0x84;
  if (wrong.is("no-name")) return model::pass();
  if (wrong.is("name-tag")) {
    return run.expect(ta::set_at(who.reference, kKeyReference), refused(), "MSE:Set AT with an object 84");
  }
  auto reference = who.reference;
  if (wrong.is("name")) reference.back() = reference.back() == '9' ? '8' : '9';
  const bool strict = !wrong.is("name") && !wrong.is("verifier") && !wrong.is("root");
  return run.expect(ta::set_at(reference), strict ? done() : either(), "MSE:Set AT");
}

/// What is signed as r_IC.
std::expected<Bytes, Outcome> challenge_for(EacRun& run, Wrong wrong) {
  if (wrong.is("no-challenge")) return Bytes(ta::kChallengeSize);
  if (wrong.is("short-challenge")) {
    constexpr std::uint32_t kTooShort = 7;
    const auto seen = run.terminal().protect(ta::get_challenge(kTooShort), {}, "GET CHALLENGE with Le 07");
    if (!seen) return std::unexpected{inconclusive("GET CHALLENGE with Le 07", seen.error())};
    auto wanted = either();
    wanted.data = {.kind = model::DataRule::Kind::at_most, .count = kTooShort};
    if (auto outcome = judge(*seen, wanted, "GET CHALLENGE with Le 07"); !outcome.passed()) {
      return std::unexpected{outcome};
    }
    return seen->data;
  }
  auto random = run.challenge();
  if (!random || !wrong.is("first-challenge")) return random;
  if (auto outcome = run.expect(ta::get_challenge(), either(), "GET CHALLENGE again"); !outcome.passed()) {
    return std::unexpected{outcome};
  }
  return random;
}

Outcome offer_signature(EacRun& run, Bytes signature, Wrong wrong) {
  const auto command = ta::external_authenticate(std::move(signature));
  if (wrong.is("plain")) {
    auto wanted = refused();
    wanted.protection = Protection::plain;
    const auto seen = run.terminal().send(command, "EXTERNAL AUTHENTICATE in plain");
    return seen ? judge(*seen, wanted, "EXTERNAL AUTHENTICATE in plain")
                : inconclusive("EXTERNAL AUTHENTICATE in plain", seen.error());
  }
  if (wrong.is("class")) {
    auto wanted = refused();
    wanted.protection = Protection::either;
    constexpr std::array kClass = {Tamper::class_8c};
    const auto seen = run.terminal().protect(command, kClass, "EXTERNAL AUTHENTICATE with class 8C");
    return seen ? judge(*seen, wanted, "EXTERNAL AUTHENTICATE with class 8C")
                : inconclusive("EXTERNAL AUTHENTICATE with class 8C", seen.error());
  }
  return run.expect(command, refused(), fmt::format("EXTERNAL AUTHENTICATE ({})", wrong.word));
}

/// `binding` may be another than the session's.
Outcome prove_wrongly(EacRun& run, const Holder& who, const ta::Binding& binding, Wrong wrong) {
  CICADA_PASS(name_key(run, who, wrong));
  const auto random = challenge_for(run, wrong);
  if (!random) return random.error();
  auto signature = who.key.sign(ta::signed_octets(binding, *random));
  if (!signature) return suite_failed(signature.error());
  if (wrong.is("signature")) ++signature->back();
  return offer_signature(run, *std::move(signature), wrong);
}

Outcome prove_for_other_chips(EacRun& run, const Holder& who, Wrong wrong) {
  auto binding = run.binding();
  binding.chip.back() ^= 0x01U;
  CICADA_PASS(prove_wrongly(run, who, binding, wrong));
  binding.chip.clear();
  return prove_wrongly(run, who, binding, wrong);
}

}  // namespace

Outcome terminal_refused(Scene& scene, const Arguments& arguments) {
  const Wrong wrong{argument(arguments, "wrong")};
  auto run = EacRun::begin(scene, way_from(argument(arguments, "way")));
  if (!run) return run.error();
  const auto chain = run->chain(run->pki().root);
  if (!chain) return suite_failed(chain.error());
  const auto& root = run->pki().root;
  CICADA_PASS(run->import(root.reference, chain->verifier_certificate, "the verifier"));
  // With the verifier's certificate as the last one its key is the one that the chip remembers.
  if (!wrong.is("verifier")) {
    CICADA_PASS(run->import(chain->verifier.reference, chain->system_certificate, "the terminal"));
  }
  const auto& who = wrong.is("verifier") ? chain->verifier : wrong.is("root") ? root : chain->system;
  CICADA_PASS(wrong.is("chip") ? prove_for_other_chips(*run, who, wrong)
                               : prove_wrongly(*run, who, run->binding(), wrong));
  const auto read = argument(arguments, "read");
  return read.empty() ? model::pass() : run->read_group(read, false);
}

}  // namespace cicada::conformance::procedures
