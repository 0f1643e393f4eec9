#include "cicada/applet_sim/applet/active_authentication.h"

#include "cicada/applet_sim/protocol/aa/active_authentication.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
namespace mbedtls = crypto::mbedtls;

/// A terminal that is let in to the data groups, or a card that lets everybody in (9303-11 §6.1.1).
bool is_let_in(const Context& context) {
  if (context.status.has(security::Mechanism::bac) || context.status.has(security::Mechanism::pace)) return true;
  return !context.card.has_access_control();
}

}  // namespace

Reply ActiveAuthentication::answer(const Context& context, const apdu::CommandView& command) {
  const auto& card = context.card;
  if (!card.active_key || card.life_cycle == LifeCycle::blank) return sw::k6D00InsNotSupported;
  if (command.p1p2() != 0) return sw::k6A86IncorrectP1P2;
  const auto& lapses = card.lapses;
  if (!is_let_in(context) && !lapses.has(security::Lapse::active_access)) return sw::k6982SecurityStatusNotSatisfied;
  auto challenge = base::to_bytes(command.data);
  if (lapses.has(security::Lapse::active_size)) challenge.resize(protocol::aa::kChallengeSize);
  if (challenge.size() != protocol::aa::kChallengeSize || !command.le.present()) return sw::k6700WrongLength;
  auto signature = sign(context, challenge);
  if (!signature) return sw::k6F00NoDiagnosis;
  // What neither the terminal nor its secure messaging has room for does not go out in part.
  if (signature->size() > command.room || signature->size() > command.le.ne) return sw::k6700WrongLength;
  return apdu::ResponseApdu{std::move(*signature), sw::k9000Ok};
}

base::Result<void> ActiveAuthentication::prepare(const ActiveKey& key) {
  if (!std::holds_alternative<std::monostate>(key_)) return {};
  if (const auto* rsa = std::get_if<RsaSecret>(&key.secret)) {
    CICADA_TRY(key_, mbedtls::RsaPrivateKey::create(rsa->p.expose(), rsa->q.expose(), rsa->exponent));
  } else {
    const auto& ec = std::get<EcSecret>(key.secret);
    CICADA_TRY(key_, mbedtls::EcPrivateKey::create(ec.curve, ec.scalar.expose()));
  }
  return {};
}

base::Result<base::Bytes> ActiveAuthentication::sign(const Context& context, base::ByteView rnd_ifd) {
  const auto& key = *context.card.active_key;
  CICADA_CHECK(prepare(key));
  if (const auto* rsa = std::get_if<mbedtls::RsaPrivateKey>(&key_)) {
    return protocol::aa::sign(*rsa, key.hash, rnd_ifd, context.rng);
  }
  return protocol::aa::sign(std::get<mbedtls::EcPrivateKey>(key_), key.hash, rnd_ifd, context.rng);
}

}  // namespace cicada::applet_sim::applet
