#include "cicada/applet_sim/applet/lds1.h"

#include "chip_service.h"
#include "cicada/applet_sim/applet/file_service.h"
#include "cicada/applet_sim/applet/terminal_authentication.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;

// P1 P2 of MANAGE SECURITY ENVIRONMENT.
constexpr std::uint16_t kSetChipKey = 0x41A4;
constexpr std::uint16_t kSetKeyAgreement = 0x41A6;

constexpr std::array<std::uint8_t, 7> kAid = {0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01};

}  // namespace

base::ByteView lds1_aid() noexcept {
  return kAid;
}

Reply Lds1::select(const Context& context, const apdu::CommandView& command) {
  const auto df = context.card.files.find_df(kAid);
  if (!df) return sw::k6A82FileNotFound;
  return selected(command, kAid, {.df = df});
}

Reply Lds1::call(const Context& context, const apdu::CommandView& command) {
  switch (command.ins) {
    case ins::kSelect: return select_ef(context, command);
    case ins::kReadBinary:
    case ins::kReadBinaryOdd: return read_binary(context, command);
    case ins::kGetChallenge: return get_challenge(context, command);
    case ins::kExternalAuthenticate: return authenticate(context, command);
    case ins::kInternalAuthenticate: return active_.answer(context, command);
    case ins::kManageSecurityEnvironment: return manage(context, command);
    case ins::kPerformSecurityOperation: return verify_certificate(context, command);
    case ins::kGeneralAuthenticate: return authenticate_chip(context, command);
    default: return sw::k6D00InsNotSupported;
  }
}

Reply Lds1::manage(const Context& context, const apdu::CommandView& command) {
  switch (command.p1p2()) {
    case kSetChipKey: return select_chip_key(context, command);
    case kSetKeyAgreement: return set_key_agreement(context, command);
    case kSetVerificationKey: return set_verification_key(context, command);
    case kSetTerminalKey: return set_terminal_key(context, command);
    default: {
      const bool known = has_chip_authentication(context) || has_terminal_authentication(context);
      return known ? sw::k6A86IncorrectP1P2 : sw::k6D00InsNotSupported;
    }
  }
}

Reply Lds1::authenticate(const Context& context, const apdu::CommandView& command) {
  using protocol::bac::kAuthenticationSize;
  // Inside a session it is the terminal that proves itself with its signature.
  if (context.secured && has_terminal_authentication(context)) return authenticate_terminal(context, command);
  if (!context.card.access_keys) return sw::k6D00InsNotSupported;
  if (command.p1p2() != 0) return sw::k6A86IncorrectP1P2;
  if (command.data.size() != kAuthenticationSize) return sw::k6700WrongLength;
  // Some terminals send Le 28, some 00, some none.
  if (command.le.present() && command.le.ne < kAuthenticationSize) return sw::k6700WrongLength;
  const auto& lapses = context.card.lapses;
  auto challenge = context.challenge;
  if (!challenge && lapses.has(security::Lapse::no_challenge)) challenge.emplace();
  // A session is open already, the card is not issued yet, or there is no challenge to answer.
  if (context.secured || context.card.life_cycle == LifeCycle::blank || !challenge) {
    return sw::k6985ConditionsNotSatisfied;
  }
  if (!bac_) {
    auto made = protocol::bac::Bac::create(*context.card.access_keys);
    if (!made) return sw::k6F00NoDiagnosis;
    bac_ = std::move(*made);
  }
  auto done = bac_->authenticate(command.data, *challenge, context.rng, nullptr, lapses);
  if (!done && done.error().sw == sw::k6300AuthenticationFailed) {
    return Reply{sw::k6300AuthenticationFailed}.with(CountFailure{});
  }
  if (!done) return sw::k6F00NoDiagnosis;
  return Reply{apdu::ResponseApdu{std::move(done->response), sw::k9000Ok}}.with(
      OpenSession{.session = std::move(done->session), .proved = {security::Mechanism::bac}});
}

}  // namespace cicada::applet_sim::applet
