#include "cicada/host/access/pace.h"

#include <utility>

#include "cicada/crypto/openssl/ec.h"
#include "cicada/host/access/pace_steps.h"
#include "pace_exchange.h"

namespace cicada::host::access {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using base::SecretBytes;
using namespace pace;

namespace {

/// A chip that sends our own key back could be a mirror (9303-11 §4.4.3.1 demands it of the ephemeral keys).
Result<void> check_not_ours(ByteView ours, ByteView theirs) {
  if (!base::equal(ours, theirs)) return {};
  return base::fail(
      {.fault = Fault::security, .what = "the card sends our own public key back", .clause = "9303-11 §4.4.3.1"});
}

/// A key pair, public part as it travels.
struct KeyPair {
  SecretBytes secret;
  Bytes shown;
};

/// What the steps share.
struct Run {
  Exchange& exchange;
  const PaceOffer& offer;
  const PaceGroup& group;
  base::Rng& rng;
  Bytes chip_mapping_key = {};
};

/// Over the mapped generator, or over the group's own when there is none.
Result<KeyPair> fresh_key_pair(const Run& run, ByteView mapped = {}) {
  CICADA_TRY(auto secret, run.group.random_scalar(run.rng));
  CICADA_TRY(const auto shown, mapped.empty() ? run.group.multiply_generator(secret.expose())
                                              : run.group.multiply(secret.expose(), mapped));
  return KeyPair{.secret = std::move(secret), .shown = run.group.encode(shown)};
}

/// Sends our key and takes the chip's, which is in the group, not trivial and not ours.
Result<Bytes> exchange_keys(const Run& run, const Step& step, ByteView ours) {
  CICADA_TRY(auto theirs, run.exchange.send(step, ours));
  CICADA_CHECK(check_not_ours(ours, run.group.encode(theirs)));
  CICADA_CHECK(run.group.check(theirs));
  return theirs;
}

Result<Bytes> map_with_keys(Run& run, ByteView nonce) {
  CICADA_TRY(const auto pair, fresh_key_pair(run));
  CICADA_TRY(run.chip_mapping_key, exchange_keys(run, kMap, pair.shown));
  CICADA_TRY(auto h, run.group.multiply(pair.secret.expose(), run.chip_mapping_key));
  const SecretBytes wiped_later{std::move(h)};
  return map_generic(run.group, nonce, wiped_later.expose());
}

Result<Bytes> map_with_nonces(Run& run, ByteView nonce) {
  Bytes t(second_nonce_size(run.offer.protocol.cipher));
  CICADA_CHECK(run.rng.fill(t));
  CICADA_TRY(const auto answer, run.exchange.send(kMap, t));
  if (!answer.empty()) {
    return base::fail({.fault = Fault::malformed,
                       .what = "the card answers our nonce with data",
                       .clause = "9303-11 §4.4.4.2",
                       .at = answer.size()});
  }
  return map_integrated(run.group, run.offer.protocol.cipher, nonce, t);
}

/// The mapped generator: known to nobody who does not know the password.
Result<SecretBytes> map(Run& run, const PacePassword& password) {
  const auto cipher = run.offer.protocol.cipher;
  CICADA_TRY(const auto k_pi, password_key(password, cipher));
  CICADA_TRY(const auto z, run.exchange.send(kGetNonce, {}));
  CICADA_TRY(const auto nonce, decrypt_nonce(k_pi.expose(), cipher, run.offer.protocol.mapping, z));
  auto generator = run.offer.protocol.mapping == Mapping::integrated ? map_with_nonces(run, nonce.expose())
                                                                     : map_with_keys(run, nonce.expose());
  if (!generator) return std::unexpected{generator.error()};
  return SecretBytes{*std::move(generator)};
}

/// The tokens. Ours goes out first: whoever does not know the password learns nothing from it but that.
Result<LastAnswer> prove(const Run& run, const SessionKeys& keys, ByteView ours, ByteView theirs) {
  const auto& protocol = run.offer.protocol;
  CICADA_TRY(const auto t_ifd, token(keys.mac.expose(), protocol.cipher, token_input(protocol, theirs)));
  CICADA_TRY(const auto t_ic, token(keys.mac.expose(), protocol.cipher, token_input(protocol, ours)));
  CICADA_TRY(auto answer, run.exchange.authenticate(t_ifd));
  if (!base::constant_time_equal(t_ic, answer.token)) {
    return base::fail({.fault = Fault::security,
                       .what = "the card's token does not prove that it knows the password",
                       .clause = "9303-11 §4.4.3.1"});
  }
  return answer;
}

Result<std::optional<PaceEvidence::ChipAuthenticationData>> chip_data(const Run& run, const SessionKeys& keys,
                                                                      const LastAnswer& answer) {
  const auto& protocol = run.offer.protocol;
  const bool wanted = protocol.mapping == Mapping::chip_authentication;
  if (wanted && !answer.has_chip_authentication_data) {
    return base::fail({.fault = Fault::malformed,
                       .what = "chip authentication mapping without its data",
                       .clause = "9303-11 §4.4.3.5"});
  }
  if (!wanted && answer.has_chip_authentication_data) {
    return base::fail({.fault = Fault::malformed,
                       .what = "chip authentication data without chip authentication mapping",
                       .clause = "9303-11 §4.4.3.5"});
  }
  if (!wanted) return std::nullopt;
  const auto order = crypto::openssl::order_size(std::get<crypto::openssl::Curve>(run.offer.domain));
  CICADA_TRY(auto ca_ic, decrypt_chip_authentication_data(keys.enc.expose(), protocol.cipher,
                                                          answer.chip_authentication_data, order));
  return PaceEvidence::ChipAuthenticationData{.mapping_key = run.chip_mapping_key, .ca_ic = std::move(ca_ic)};
}

struct Established {
  sm::SecureMessaging codec;
  PaceEvidence evidence;
};

Result<Established> establish(Run& run, const PacePassword& password) {
  CICADA_CHECK(run.exchange.set_authentication_template());
  const auto tries_left = run.exchange.tries_left();
  CICADA_TRY(const auto generator, map(run, password));
  CICADA_TRY(auto pair, fresh_key_pair(run, generator.expose()));
  CICADA_TRY(auto theirs, exchange_keys(run, kAgree, pair.shown));
  CICADA_TRY(const auto shared, run.group.agree(pair.secret.expose(), theirs));
  CICADA_TRY(auto keys, session_keys(shared.expose(), run.offer.protocol.cipher));
  CICADA_TRY(auto answer, prove(run, keys, pair.shown, theirs));
  CICADA_TRY(auto chip, chip_data(run, keys, answer));
  CICADA_TRY(auto compressed_ours, run.group.compress(pair.shown));
  CICADA_TRY(auto compressed_theirs, run.group.compress(theirs));
  CICADA_TRY(auto codec, make_codec(std::move(keys), run.offer.protocol.cipher));
  return Established{.codec = std::move(codec),
                     .evidence = {.offer = run.offer,
                                  .password = password.kind(),
                                  .terminal_ephemeral = std::move(pair.shown),
                                  .chip_ephemeral = std::move(theirs),
                                  .compressed_terminal_ephemeral = std::move(compressed_ours),
                                  .compressed_chip_ephemeral = std::move(compressed_theirs),
                                  .chip_authentication = std::move(chip),
                                  .car = std::move(answer.car),
                                  .previous_car = std::move(answer.previous_car),
                                  .tries_left = tries_left}};
}

}  // namespace

std::expected<PaceSession, AccessFailure> run_pace(PlainSession&& plain, const PaceOffer& offer,
                                                   const PacePassword& password, base::Rng& rng,
                                                   const PaceOptions& options) {
  auto session = std::move(plain);
  Exchange exchange{session, offer, password.kind(), options};
  auto established = [&]() -> Result<Established> {
    CICADA_TRY(const auto group, PaceGroup::create(offer.domain));
    Run run{.exchange = exchange, .offer = offer, .group = group, .rng = rng};
    return establish(run, password);
  }();
  if (!established) {
    return std::unexpected{
        AccessFailure{.error = established.error(), .plain = std::move(session), .tries_left = exchange.tries_left()}};
  }
  return PaceSession{.session = SecureSession{std::move(session), std::move(established->codec), "PACE"},
                     .evidence = std::move(established->evidence)};
}

}  // namespace cicada::host::access
