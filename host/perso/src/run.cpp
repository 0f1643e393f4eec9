#include "cicada/host/perso/run.h"

#include <fmt/format.h>

#include "cicada/asn1/tlv.h"
#include "cicada/host/iso7816/sw.h"
#include "cicada/host/perso/dialect.h"
#include "opening.h"

namespace cicada::host::perso {

using base::Error;
using base::fail;
using base::Fault;
using base::Result;
namespace sw = iso7816::sw;

Error refused_to_open(const Error& error) {
  if (error.fault != Fault::card_status) return error;
  switch (error.sw) {
    case sw::k6D00InstructionNotSupported:
      return {.fault = Fault::conflict,
              .what = "this card is locked: it was personalized for good",
              .hint = "take a blank card",
              .sw = error.sw};
    case sw::k6A88ReferencedDataNotFound:
      return {.fault = Fault::card_status, .what = "the card has no transport keys of this version", .sw = error.sw};
    case sw::k6985ConditionsNotSatisfied:
      return {.fault = Fault::card_status,
              .what = "the card's sequence counter is used up",
              .hint = "the chip cannot be personalized any more; take another card",
              .sw = error.sw};
    default: return error;
  }
}

namespace {

std::shared_ptr<const Dialect> dialect_of(const Plan& plan) {
  return plan.script ? plan.script : DialectSet::builtin().find(plan.dialect);
}

RunFailure refused_step(const Plan& plan, std::size_t index, std::uint16_t status) {
  const auto& step = plan.steps.at(index);
  const auto dialect = dialect_of(plan);
  return {.error = {.fault = Fault::card_status, .what = "the card refused the command", .sw = status},
          .step = index,
          .label = step.label(),
          .meaning = std::string{dialect ? dialect->explain(step.command().ins, status) : ""}};
}

}  // namespace

std::string RunFailure::describe() const {
  return fmt::format("step {} ({}): {}{}{}", step, label, error.describe(), meaning.empty() ? "" : ": ", meaning);
}

Result<gp::Scp03> open_for_personalization(iso7816::Channel& channel, const gp::KeySource& keys, base::Rng& rng) {
  auto opened = gp::Scp03::open(channel, keys, rng);
  if (!opened) return std::unexpected(refused_to_open(opened.error()));
  return opened;
}

namespace {

/// The public half begins with its own length; what the first answer did not hold is asked for.
Result<ChipPublicKey> fetch(const Dialect& dialect, const Profile& profile, std::size_t key, base::Bytes octets,
                            Session& channel) {
  constexpr std::size_t kLongest = 1100;  // a modulus of 4096 bits, twice
  CICADA_TRY(const auto header, asn1::read_header(octets, asn1::Rules::der));
  const auto total = header.total_size();
  if (total > kLongest) return fail({.fault = Fault::limit, .what = "the public key is longer than any"});
  while (octets.size() < total) {
    const auto command = dialect.public_half(profile, key, octets.size());
    if (!command) return fail({.fault = Fault::malformed, .what = "the public key is not whole"});
    CICADA_TRY(const auto more, channel.transmit(*command));
    if (!more.ok()) {
      return fail({.fault = Fault::card_status, .what = "the card does not give its public key", .sw = more.sw});
    }
    if (more.data.empty()) return fail({.fault = Fault::malformed, .what = "the public key ends too early"});
    base::append(octets, more.data);
  }
  return dialect.parse_public_half(octets);
}

}  // namespace

std::expected<ChipKeys, RunFailure> make_keys(const Profile& profile, gp::SecureChannel& channel,
                                              const Progress& progress) {
  Session session{channel};
  return make_keys(profile, session, progress);
}

std::expected<ChipKeys, RunFailure> make_keys(const Profile& profile, Session& channel, const Progress& progress) {
  ChipKeys keys;
  const auto dialect = perso::dialect_of(profile);
  if (!dialect) return keys;
  const auto plan = make_key_plan(profile);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto& step = plan.steps[i];
    if (progress) progress(i, plan.steps.size(), step.label());
    const auto failed = [&](const Error& error) {
      return std::unexpected(RunFailure{.error = error, .step = i, .label = step.label(), .meaning = {}});
    };
    auto response = channel.transmit(step.command());
    if (!response) return failed(response.error());
    if (!response->ok()) return std::unexpected(refused_step(plan, i, response->sw));
    auto key = fetch(*dialect, profile, i, std::move(response->data), channel);
    if (!key) return failed(key.error());
    if (i == 0 && profile.active_authentication) {
      keys.active = *std::move(key);
    } else {
      keys.chip.push_back(*std::move(key));
    }
  }
  if (progress) progress(plan.steps.size(), plan.steps.size(), {});
  return keys;
}

namespace {

/// One step as it goes onto the wire.
Result<iso7816::ResponseApdu> send(const Step& step, Session& session) {
  if (step.encrypted().empty()) return session.transmit(step.command());
  CICADA_TRY(const auto command, session.sealed(step));
  return session.transmit(command);
}

}  // namespace

std::expected<RunReport, RunFailure> run(const Plan& plan, gp::SecureChannel& channel, const Progress& progress,
                                         PhaseRange phases) {
  Session session{channel};
  return run(plan, session, progress, phases);
}

std::expected<RunReport, RunFailure> run(const Plan& plan, Session& session, const Progress& progress,
                                         PhaseRange phases) {
  RunReport report;
  const auto total = plan.count(phases);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto& step = plan.steps[i];
    if (!phases.has(step.phase())) continue;
    if (progress) progress(report.steps, total, step.label());
    const auto failed = [&](const Error& error) {
      return std::unexpected(RunFailure{.error = error, .step = i, .label = step.label(), .meaning = {}});
    };
    const auto response = send(step, session);
    if (!response) return failed(response.error());
    const bool done = response->ok() || (step.already() != 0 && response->sw == step.already());
    if (!done) return std::unexpected(refused_step(plan, i, response->sw));
    report.octets += step.command().data.size();
    ++report.steps;
  }
  if (progress) progress(total, total, {});
  return report;
}

}  // namespace cicada::host::perso
