// Unit J: certificates of terminals, taken and refused.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "certificate_days.h"
#include "cicada/conformance/procedures/steps.h"
#include "eac_run.h"
#include "lists.h"
#include "pace_test_run.h"
#include "trust_points.h"

namespace cicada::conformance::procedures {

using asn1::CvRole;
using base::Bytes;
using model::Expectation;
using model::Outcome;
using model::Tamper;
using terminal::Bend;
using terminal::Holder;
namespace ta = terminal::ta;

namespace {

/// "cvca", "verifier", "foreign-verifier", "terminal"
std::optional<CvRole> role_from(std::string_view word) {
  if (word == "cvca") return CvRole::cvca;
  if (word == "verifier") return CvRole::dv_domestic;
  if (word == "foreign-verifier") return CvRole::dv_foreign;
  if (word == "terminal") return CvRole::terminal;
  return std::nullopt;
}

Outcome certificate_chain(Scene& scene, const Arguments&) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto chain = run->chain(run->pki().root);
  if (!chain) return suite_failed(chain.error());
  return run->import(*chain, run->pki().root.reference);
}

/// A certificate of a verifier that is bent, and a terminal below it.
Outcome refuse_verifier(EacRun& run, Bend bend, std::string_view name) {
  const auto& root = run.pki().root;
  const auto verifier = run.holder(CvRole::dv_domestic, kVerifierKey);
  const auto system = run.holder(CvRole::terminal, kTerminalKey);
  if (!verifier) return suite_failed(verifier.error());
  if (!system) return suite_failed(system.error());
  auto terms = run.always();
  if (bend == Bend::expires_before_effective) {
    // Neither of the days is past, so that nothing else is wrong with them.
    const auto today = run.day();
    if (!today) return today.error();
    terms.effective = *today + std::chrono::days{1};
    terms.expiration = *today + std::chrono::days{2};
  }
  const auto bent = terminal::issue(root, *verifier, terms, bend);
  const auto below = terminal::issue(*verifier, *system, run.always());
  if (!bent) return suite_failed(bent.error());
  if (!below) return suite_failed(below.error());
  CICADA_PASS(name_verifier_of(run, name));
  CICADA_PASS(run.expect(ta::verify_certificate(*bent), refused(),
                         fmt::format("PSO:VERIFY CERTIFICATE: a verifier ({})", terminal::to_string(bend))));
  return run.refuse(verifier->reference, *below, "a terminal below it");
}

/// The same of a terminal, below a verifier that is right. Nothing stands below a terminal.
Outcome refuse_terminal(EacRun& run, Bend bend) {
  const auto chain = run.chain(run.pki().root);
  if (!chain) return suite_failed(chain.error());
  const auto bent = terminal::issue(chain->verifier, chain->system, run.always(), bend);
  if (!bent) return suite_failed(bent.error());
  CICADA_PASS(run.import(run.pki().root.reference, chain->verifier_certificate, "the verifier"));
  CICADA_PASS(run.refuse(chain->verifier.reference, *bent, fmt::format("a terminal ({})", terminal::to_string(bend))));
  return run.expect(ta::external_authenticate(Bytes(8, 1)), refused(), "EXTERNAL AUTHENTICATE after that");
}

Outcome certificate_refused(Scene& scene, const Arguments& arguments) {
  std::size_t tried = 0;
  for (const auto word : words_of(argument(arguments, "bend"))) {
    const auto bend = terminal::bend_from(word);
    if (!bend) return model::inconclusive(fmt::format("\"{}\" is no way to bend a certificate", word));
    auto run = EacRun::begin(scene);
    if (!run) return run.error();
    if (!can_bend(*run, *bend)) continue;
    if (tried++ == 0) CICADA_PASS(run->control());
    CICADA_PASS(argument(arguments, "of") == "terminal" ? refuse_terminal(*run, *bend)
                                                        : refuse_verifier(*run, *bend, argument(arguments, "name")));
  }
  return tried != 0 ? model::pass() : model::not_applicable("the statement's root has no key of this kind");
}

/// Holders, and the certificate of the last one by the one before it.
Outcome forbidden_transition(Scene& scene, const Arguments& arguments) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  CICADA_PASS(run->control());
  std::vector<Holder> path = {run->pki().root};
  for (const auto word : words_of(argument(arguments, "path"))) {
    const auto role = role_from(word);
    if (!role) return model::inconclusive(fmt::format("\"{}\" is nobody in a chain", word));
    auto next = run->holder(*role, static_cast<unsigned>(path.size()));
    if (!next) return suite_failed(next.error());
    path.push_back(*std::move(next));
  }
  for (std::size_t i = 1; i < path.size(); ++i) {
    const auto certificate = terminal::issue(path[i - 1], path[i], run->always());
    if (!certificate) return suite_failed(certificate.error());
    const auto& authority = path[i - 1].reference;
    CICADA_PASS(i + 1 < path.size() ? run->import(authority, *certificate, "the allowed part of the chain")
                                    : run->refuse(authority, *certificate, "what may not be signed"));
  }
  return model::pass();
}

/// A plain command ends the session: nothing that was said in it is left (9303-11 §9.8.3). The plain command is MSE:Set
/// DST, or else PSO:VERIFY CERTIFICATE after a protected MSE:Set DST.
Outcome go_on_in_plain(EacRun& run, bool begins) {
  const auto chain = run.chain(run.pki().root);
  if (!chain) return suite_failed(chain.error());
  const auto name = ta::set_dst(run.pki().root.reference);
  const auto verify = ta::verify_certificate(chain->verifier_certificate);
  auto wanted = begins ? either() : refused();
  wanted.protection = model::Protection::plain;
  auto closed = refused();
  closed.protection = model::Protection::plain;
  if (!begins) CICADA_PASS(run.expect(name, done(), "MSE:Set DST"));
  const auto plain = run.terminal().send(begins ? name : verify, "in plain");
  if (!plain) return inconclusive("a plain command", plain.error());
  CICADA_PASS(judge(*plain, wanted, begins ? "MSE:Set DST in plain" : "PSO:VERIFY CERTIFICATE in plain"));
  // The keys are tried as if nothing had happened.
  CICADA_PASS(run.expect(verify, closed, "PSO:VERIFY CERTIFICATE after a plain command"));
  return run.expect(ta::verify_certificate(chain->system_certificate), closed, "the terminal's certificate");
}

Outcome certificate_in_plain(Scene& scene, const Arguments&) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  CICADA_PASS(run->control());
  CICADA_PASS(go_on_in_plain(*run, true));
  CICADA_PASS(run->again());
  return go_on_in_plain(*run, false);
}

Outcome certificate_in_class(Scene& scene, const Arguments& arguments) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  CICADA_PASS(run->control());
  const auto chain = run->chain(run->pki().root);
  if (!chain) return suite_failed(chain.error());
  const bool name = argument(arguments, "command") == "set-dst";
  if (!name) CICADA_PASS(run->expect(ta::set_dst(run->pki().root.reference), done(), "MSE:Set DST"));
  const auto command =
      name ? ta::set_dst(run->pki().root.reference) : ta::verify_certificate(chain->verifier_certificate);
  auto wanted = refused();
  wanted.protection = model::Protection::either;
  constexpr std::array kClass = {Tamper::class_8c};
  const auto seen = run->terminal().protect(command, kClass, "class 8C");
  if (!seen) return inconclusive("a command of class 8C", seen.error());
  CICADA_PASS(judge(*seen, wanted, "the command with class 8C"));
  // A protected answer says that the session lives, and then it has to.
  if (!seen->secured) return model::pass();
  return run->import(*chain, run->pki().root.reference);
}

Outcome verifier_volatile(Scene& scene, const Arguments&) {
  auto run = EacRun::begin(scene);
  if (!run) return run.error();
  const auto chain = run->chain(run->pki().root);
  if (!chain) return suite_failed(chain.error());
  CICADA_PASS(run->import(run->pki().root.reference, chain->verifier_certificate, "the verifier"));
  CICADA_PASS(run->again());
  return run->refuse(chain->verifier.reference, chain->system_certificate, "a terminal below a forgotten verifier");
}

constexpr std::string_view kBendArguments[] = {"bend", "of", "name"};
constexpr std::string_view kPathArguments[] = {"path"};
constexpr std::string_view kClassArguments[] = {"command"};
constexpr std::string_view kDayArguments[] = {"bend", "name"};
constexpr std::string_view kMoverArguments[] = {"by"};

constexpr NamedProcedure kProcedures[] = {
    {.name = "certificate-chain", .arguments = {}, .procedure = certificate_chain},
    {.name = "certificate-refused", .arguments = kBendArguments, .procedure = certificate_refused},
    {.name = "certificate-transition", .arguments = kPathArguments, .procedure = forbidden_transition},
    {.name = "certificate-in-plain", .arguments = {}, .procedure = certificate_in_plain},
    {.name = "certificate-in-class", .arguments = kClassArguments, .procedure = certificate_in_class},
    {.name = "certificate-volatile", .arguments = {}, .procedure = verifier_volatile},
    {.name = "day-not-moved", .arguments = kDayArguments, .procedure = day_not_moved},
    {.name = "day-of-foreigner", .arguments = {}, .procedure = day_of_foreigner},
    {.name = "day-moved", .arguments = kMoverArguments, .procedure = day_moved},
    {.name = "link-kept", .arguments = {}, .procedure = link_kept},
    {.name = "links-kept", .arguments = {}, .procedure = links_kept},
    {.name = "link-then-terminal", .arguments = {}, .procedure = link_then_terminal},
    {.name = "link-then-file", .arguments = {}, .procedure = link_then_file},
    {.name = "link-to-other-scheme", .arguments = {}, .procedure = link_to_other_scheme},
};

}  // namespace

bool can_bend(EacRun& run, Bend bend) {
  const auto& root = run.pki().root;
  const auto verifier = run.holder(CvRole::dv_domestic, kVerifierKey);
  if (!verifier) return false;
  const auto made = terminal::issue(root, *verifier, run.always(), bend);
  return made || made.error().fault != base::Fault::bad_input;
}

Outcome name_verifier_of(EacRun& run, std::string_view name) {
  auto reference = run.pki().root.reference;
  if (name == "none") return model::pass();
  if (name == "other") reference.back() = reference.back() == '9' ? '8' : '9';
  return run.expect(ta::set_dst(reference), name == "other" ? either() : done(), "MSE:Set DST");
}

std::span<const NamedProcedure> certificate_procedures() {
  return kProcedures;
}

}  // namespace cicada::conformance::procedures
