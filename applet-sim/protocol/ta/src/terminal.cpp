#include "cicada/applet_sim/protocol/ta/terminal.h"

#include <algorithm>

#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/applet_sim/protocol/ta/certificate.h"

namespace cicada::applet_sim::protocol::ta {
namespace {

namespace sw = apdu::sw;
using base::ByteView;
using base::Result;

std::unexpected<base::Error> refused(base::Literal what) {
  return base::fail(
      {.fault = base::Fault::security, .what = what, .clause = "9303-11 §7.1.4", .sw = sw::k6300AuthenticationFailed});
}

std::unexpected<base::Error> unknown_key() {
  return base::fail({.fault = base::Fault::not_found,
                     .what = "no key with this name",
                     .clause = "9303-11 §7.1.5",
                     .sw = sw::k6A88ReferencedDataNotFound});
}

std::unexpected<base::Error> too_early(base::Literal what) {
  return base::fail({.fault = base::Fault::conflict,
                     .what = what,
                     .clause = "9303-11 §7.1.5",
                     .sw = sw::k6985ConditionsNotSatisfied});
}

/// Who signs a certificate, whatever memory the key lies in.
struct Issuer {
  const PublicKey* key = nullptr;
  Role role{};
  std::uint8_t rights = 0;
  const TrustPoint* point = nullptr;  ///< of a CVCA
};

const TrustPoint* find_point(const Trust& trust, ByteView name) {
  const auto found =
      std::ranges::find_if(trust.points, [&](const auto& point) { return base::equal(point.holder, name); });
  return found == trust.points.end() ? nullptr : &*found;
}

bool is_temporary(const State& state, ByteView name) {
  return state.temporary && base::equal(state.temporary->holder, name);
}

std::optional<Issuer> find_issuer(const State& state, const Trust& trust) {
  if (const auto* point = find_point(trust, state.issuer)) {
    return Issuer{.key = &point->key, .role = Role::cvca, .rights = point->authorization, .point = point};
  }
  if (!is_temporary(state, state.issuer)) return std::nullopt;
  return Issuer{.key = &state.temporary->key, .role = state.temporary->role, .rights = state.temporary->rights};
}

/// CVCA -> CVCA (link), CVCA -> verifier, verifier -> inspection system; nothing else (9303-11 §7.1.1).
bool may_sign(Role issuer, Role subject) {
  switch (issuer) {
    case Role::cvca: return subject != Role::inspection_system;
    case Role::domestic_verifier:
    case Role::foreign_verifier: return subject == Role::inspection_system;
    case Role::inspection_system: return false;
  }
  return false;
}

/// 9303-11 §7.1.4: an expired link certificate is still a link; of the others, and of whom they rest on, the chip wants
/// that they are not expired on the day that it knows.
Result<void> check_dates(const Certificate& certificate, const Issuer& issuer, const Date& today) {
  if (certificate.expiration < certificate.effective) return refused("it expires before it begins");
  if (certificate.role() == Role::cvca) return {};
  if (certificate.expiration < today) return refused("the certificate is expired");
  if (issuer.point != nullptr && issuer.point->expiration < today) return refused("the trust point is expired");
  return {};
}

/// Certificates of inspection systems abroad do not say what day it is here (9303-11 §7.1.4).
bool tells_the_day(Role issuer, Role subject) {
  return subject != Role::inspection_system || issuer == Role::domestic_verifier;
}

/// The new trust point in front; the old one behind it as long as it is not expired.
std::vector<TrustPoint> renewed(const TrustPoint& old, TrustPoint point, const Date& today) {
  std::vector<TrustPoint> points;
  points.push_back(std::move(point));
  if (old.expiration >= today) points.push_back(old);
  return points;
}

Result<PublicKey> checked_key(const Certificate& certificate, const Issuer& issuer) {
  std::optional<crypto::mbedtls::Curve> inherited;
  if (const auto* ec = std::get_if<EcKey>(&issuer.key->key)) inherited = ec->curve;
  // 9303-12 §7.2.2: below a CVCA there are no domain parameters; the trust point has them.
  const auto* point = std::get_if<EcPoint>(&certificate.key);
  if (point != nullptr && point->curve && certificate.role() != Role::cvca) {
    return base::fail({.fault = base::Fault::malformed,
                       .what = "domain parameters where they are inherited",
                       .clause = "9303-12 §7.2.2",
                       .sw = sw::k6A80IncorrectData});
  }
  CICADA_TRY(auto key, key_of(certificate, inherited));
  const bool same_family = key.key.index() == issuer.key->key.index();
  if (same_family && key_bits(key) < key_bits(*issuer.key) && certificate.role() != Role::cvca) {
    return refused("a key shorter than its issuer's");
  }
  return key;
}

}  // namespace

Result<State> name_issuer(const State& state, const Trust& trust, ByteView reference) {
  auto next = state;
  next.issuer = base::to_bytes(reference);
  if (!find_issuer(next, trust)) return unknown_key();
  return next;
}

Result<Import> import_certificate(const State& state, const Trust& trust, ByteView data) {
  const auto issuer = find_issuer(state, trust);
  if (state.issuer.empty() || !issuer) return too_early("nobody is named to verify a certificate");
  CICADA_TRY(const auto certificate, read_certificate(data));
  if (!base::equal(certificate.authority, state.issuer)) return refused("another issuer than the one that was named");
  const auto role = certificate.role();
  if (!may_sign(issuer->role, role)) return refused("the issuer may not sign such a certificate");
  if (find_point(trust, certificate.holder) != nullptr || is_temporary(state, certificate.holder)) {
    return refused("the name is known already");
  }
  CICADA_TRY(auto key, checked_key(certificate, *issuer));
  CICADA_CHECK(verify(*issuer->key, certificate.body, certificate.signature));
  CICADA_CHECK(check_dates(certificate, *issuer, trust.today));

  Import import{.state = state, .points = {}, .today = {}};
  import.state.issuer.clear();
  import.state.terminal_named = false;
  if (certificate.effective > trust.today && tells_the_day(issuer->role, role)) import.today = certificate.effective;
  if (role == Role::cvca) {
    import.points = renewed(*issuer->point,
                            {.holder = certificate.holder,
                             .authorization = certificate.authorization,
                             .effective = certificate.effective,
                             .expiration = certificate.expiration,
                             .key = std::move(key)},
                            import.today.value_or(trust.today));
    return import;
  }
  import.state.temporary = std::make_shared<const TemporaryKey>(TemporaryKey{
      .holder = certificate.holder,
      .key = std::move(key),
      .role = role,
      .rights = static_cast<std::uint8_t>(certificate.authorization & issuer->rights & (kReadDg3 | kReadDg4))});
  return import;
}

Result<State> name_terminal(const State& state, ByteView reference) {
  if (!is_temporary(state, reference) || state.temporary->role != Role::inspection_system) return unknown_key();
  auto next = state;
  next.terminal_named = true;
  return next;
}

Result<Authentication> authenticate(const State& state, const Challenge& challenge, ByteView signature) {
  if (state.authenticated) {
    return base::fail({.fault = base::Fault::security,
                       .what = "a terminal is authenticated once in a session",
                       .clause = "9303-11 §7.1",
                       .sw = sw::k6982SecurityStatusNotSatisfied});
  }
  if (!state.terminal_named || !state.temporary) return too_early("no terminal is named");
  const auto message = base::concat({challenge.chip, challenge.random, challenge.terminal});
  CICADA_CHECK(verify(state.temporary->key, message, signature));
  // The key was good for this one proof (9303-11 §7.1.4).
  return Authentication{.state = {.issuer = {}, .temporary = {}, .terminal_named = false, .authenticated = true},
                        .rights = state.temporary->rights};
}

}  // namespace cicada::applet_sim::protocol::ta
