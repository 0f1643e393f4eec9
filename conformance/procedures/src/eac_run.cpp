#include "eac_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "application.h"
#include "chip_test_run.h"
#include "cicada/asn1/ef_cvca.h"
#include "cicada/conformance/procedures/steps.h"
#include "cicada/conformance/terminal/mrz.h"

namespace cicada::conformance::procedures {

using asn1::CvRole;
using base::Bytes;
using base::ByteView;
using host::iso7816::CommandApdu;
using model::DataRule;
using model::Expectation;
using model::Outcome;
using model::Protection;
using terminal::Holder;
using terminal::Terms;
namespace ta = terminal::ta;

namespace {

Expectation expectation(std::initializer_list<std::string_view> patterns, DataRule data = {}) {
  Expectation wanted{.sw = {}, .data = std::move(data)};
  for (const auto pattern : patterns) wanted.sw.push_back(*model::SwPattern::from(pattern));
  return wanted;
}

/// A file that stays known although the session it was read in is gone.
Outcome know_file(Scene& scene, std::string_view name) {
  base::Bytes content;
  return read_file(scene, name, content);
}

Outcome open_session(Scene& scene, Way way) {
  const bool pace = way == Way::pace || (way == Way::strongest && scene.ics.claims("PACE"));
  if (pace) {
    CICADA_PASS(open_with_pace(scene));
    return enter_application(scene);
  }
  scene.pace.reset();
  CICADA_PASS(enter_application(scene));
  return open_with_bac(scene);
}

}  // namespace

Way way_from(std::string_view word) noexcept {
  if (word == "bac") return Way::bac;
  return word == "pace" ? Way::pace : Way::strongest;
}

Expectation done() {
  return expectation({"success"});
}

Expectation refused() {
  return expectation({"error"});
}

Expectation either() {
  return expectation({"success", "error"});
}

Outcome suite_failed(const base::Error& error) {
  return inconclusive("the suite's own certificates", error);
}

std::expected<CvcaPlace, Outcome> cvca_place(Scene& scene) {
  Bytes dg14;
  if (auto outcome = read_file(scene, "DG14", dg14); !outcome.passed()) return std::unexpected{outcome};
  const auto infos = terminal::security_infos_of_dg14(dg14);
  if (!infos) return std::unexpected{inconclusive("DG14", infos.error())};
  for (const auto& [entry, info] : infos->all<asn1::TerminalAuthenticationInfo>()) {
    if (info->ef_cvca) return CvcaPlace{.fid = info->ef_cvca->file_id, .sfi = info->ef_cvca->short_file_id};
  }
  return CvcaPlace{};
}

std::expected<EacRun, Outcome> EacRun::begin(Scene& scene, Way way) {
  if (scene.ics.cvca_certificate.empty() || scene.ics.cvca_key.empty()) {
    return std::unexpected{model::inconclusive("the statement has no root (terminal-authentication)")};
  }
  auto pki = terminal::TestPki::create(scene.ics.cvca_certificate, scene.ics.cvca_key);
  if (!pki) return std::unexpected{inconclusive("the statement's root", pki.error())};
  if (auto outcome = know_file(scene, "DG14"); !outcome.passed()) return std::unexpected{outcome};
  EacRun run{scene, *std::move(pki)};
  if (auto outcome = run.again(way); !outcome.passed()) return std::unexpected{outcome};
  const auto names = run.trusted();
  if (!names) return std::unexpected{model::inconclusive(names.error().reason)};
  if (std::ranges::find(*names, run.pki_.root.reference) == names->end()) {
    return std::unexpected{model::inconclusive("EF.CVCA does not name the statement's root")};
  }
  return run;
}

Outcome EacRun::again(Way way) {
  if (const auto reset = terminal().reset(); !reset) return inconclusive("reset", reset.error());
  auto outcome = open(way);
  return outcome.passed() ? outcome : model::inconclusive(outcome.reason);
}

Outcome EacRun::open(Way way) {
  CICADA_PASS(open_session(*scene_, way));
  if (scene_->pace) {
    binding_.chip = scene_->pace->compressed_chip_ephemeral;
  } else {
    const auto number = terminal::document_number(scene_->ics.mrz);
    if (!number) return inconclusive("the statement's MRZ", number.error());
    binding_.chip = base::to_bytes(base::as_bytes(*number));
  }
  if (scene_->ics.claims("CA")) return authenticate_chip();
  // Chip authentication mapping has bound the chip to PACE's own keys (9303-11 §7.1.2).
  if (!scene_->pace || !scene_->pace->ca_ic) {
    return model::inconclusive("the session was opened without chip authentication mapping, and no other is claimed");
  }
  binding_.terminal = scene_->pace->compressed_terminal_ephemeral;
  return model::pass();
}

Outcome EacRun::authenticate_chip() {
  const auto keys = chip_keys_for(*scene_, {});
  if (!keys) return keys.error();
  const auto general = std::ranges::find_if(*keys, [](const auto& key) { return !key.by_key_agreement_template(); });
  auto run = terminal::run_chip_authentication(terminal(), general == keys->end() ? keys->front() : *general);
  if (!run) return inconclusive("chip authentication", run.error());
  terminal().open(std::move(run->session));
  binding_.terminal = run->compressed_terminal_ephemeral;
  return model::pass();
}

base::Result<Holder> EacRun::holder(CvRole role, unsigned n) {
  return pki_.holder(role, n, terminal().rng());
}

base::Result<Chain> EacRun::chain(const Holder& root, const Rights& rights, CvRole verifier) {
  CICADA_TRY(auto dv, holder(verifier, kVerifierKey));
  CICADA_TRY(auto is, holder(CvRole::terminal, kTerminalKey));
  CICADA_TRY(dv.key, root.key.another(kVerifierKey));
  CICADA_TRY(is.key, root.key.another(kTerminalKey));
  auto terms = always();
  terms.dg3 = rights.verifier_dg3;
  terms.dg4 = rights.verifier_dg4;
  CICADA_TRY(auto above, terminal::issue(root, dv, terms));
  terms.dg3 = rights.system_dg3;
  terms.dg4 = rights.system_dg4;
  CICADA_TRY(auto below, terminal::issue(dv, is, terms));
  return Chain{.verifier = std::move(dv),
               .system = std::move(is),
               .verifier_certificate = std::move(above),
               .system_certificate = std::move(below)};
}

Outcome EacRun::expect(const CommandApdu& command, const Expectation& wanted, std::string_view what) {
  const auto seen = terminal().protect(command, {}, what);
  return seen ? judge(*seen, wanted, what) : inconclusive(what, seen.error());
}

Outcome EacRun::import(const std::string& authority, const Bytes& certificate, std::string_view what) {
  CICADA_PASS(expect(ta::set_dst(authority), done(), fmt::format("MSE:Set DST for {}", what)));
  return expect(ta::verify_certificate(certificate), done(), fmt::format("PSO:VERIFY CERTIFICATE: {}", what));
}

Outcome EacRun::refuse(const std::string& authority, const Bytes& certificate, std::string_view what) {
  CICADA_PASS(expect(ta::set_dst(authority), either(), fmt::format("MSE:Set DST for {}", what)));
  return expect(ta::verify_certificate(certificate), refused(), fmt::format("PSO:VERIFY CERTIFICATE: {}", what));
}

Outcome EacRun::import(const Chain& chain, const std::string& root) {
  CICADA_PASS(import(root, chain.verifier_certificate, "the verifier"));
  return import(chain.verifier.reference, chain.system_certificate, "the terminal");
}

Outcome EacRun::control(Way way) {
  const auto sound = chain(pki_.root);
  if (!sound) return suite_failed(sound.error());
  if (auto outcome = import(*sound, pki_.root.reference); !outcome.passed())
    return model::inconclusive("no certificate of the statement's root is taken: " + outcome.reason);
  return again(way);
}

std::expected<Bytes, Outcome> EacRun::challenge() {
  const auto seen = terminal().protect(ta::get_challenge(), {}, "GET CHALLENGE");
  if (!seen) return std::unexpected{inconclusive("GET CHALLENGE", seen.error())};
  const auto wanted = expectation({"success"}, {.kind = DataRule::Kind::exactly, .count = ta::kChallengeSize});
  if (auto outcome = judge(*seen, wanted, "GET CHALLENGE"); !outcome.passed()) return std::unexpected{outcome};
  return seen->data;
}

Outcome EacRun::authenticate(const Holder& system) {
  CICADA_PASS(expect(ta::set_at(system.reference), done(), "MSE:Set AT"));
  const auto random = challenge();
  if (!random) return random.error();
  auto signature = system.key.sign(ta::signed_octets(binding_, *random));
  if (!signature) return suite_failed(signature.error());
  return expect(ta::external_authenticate(*std::move(signature)), done(), "EXTERNAL AUTHENTICATE");
}

Outcome EacRun::read_group(std::string_view group, bool readable) {
  const auto sfi = static_cast<std::uint8_t>(group == "DG4" ? 4 : 3);
  const auto one = expectation({"success"}, {.kind = DataRule::Kind::exactly, .count = 1});
  return expect(read_binary_sfi(sfi, 0, 1), readable ? one : refused(), fmt::format("READ BINARY of {}", group));
}

std::expected<std::vector<std::string>, Outcome> EacRun::trusted() {
  const auto place = cvca_place(*scene_);  // DG14 is known: nothing is read for it
  if (!place) return std::unexpected{place.error()};
  if (auto outcome = expect(select_file(place->fid), done(), "SELECT EF.CVCA"); !outcome.passed()) {
    return std::unexpected{outcome};
  }
  const auto seen = terminal().protect(read_binary(0, asn1::kEfCvcaSize), {}, "READ BINARY of EF.CVCA");
  if (!seen) return std::unexpected{inconclusive("EF.CVCA", seen.error())};
  const auto whole = expectation({"success"}, {.kind = DataRule::Kind::exactly, .count = asn1::kEfCvcaSize});
  if (auto outcome = judge(*seen, whole, "READ BINARY of EF.CVCA"); !outcome.passed()) return std::unexpected{outcome};
  auto names = asn1::parse_ef_cvca(seen->data);
  if (!names) return std::unexpected{model::fail(fmt::format("EF.CVCA: {}", names.error().describe()))};
  return *std::move(names);
}

}  // namespace cicada::conformance::procedures
