#include "cicada/applet_sim/protocol/ta/terminal.h"

#include <algorithm>

#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/applet_sim/protocol/ta/certificate.h"
#include "neglect.h"

namespace cicada::applet_sim::protocol::ta {
namespace {

namespace sw = apdu::sw;
using base::ByteView;
using base::Result;
using security::Lapse;

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
  if (!is_temporary(state, state.issuer)) {
    if (!trust.lapses.has(Lapse::issuer) || trust.points.empty()) return std::nullopt;
    const auto& newest = trust.points.front();
    return Issuer{.key = &newest.key, .role = Role::cvca, .rights = newest.authorization, .point = &newest};
  }
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
Result<void> check_dates(const Certificate& certificate, const Issuer& issuer, const Trust& trust) {
  const auto& today = trust.today;
  if (certificate.expiration < certificate.effective && !trust.lapses.has(Lapse::order_of_days)) {
    return refused("it expires before it begins");
  }
  if (certificate.role() == Role::cvca || trust.lapses.has(Lapse::expiry)) return {};
  if (certificate.expiration < today) return refused("the certificate is expired");
  if (issuer.point != nullptr && issuer.point->expiration < today) return refused("the trust point is expired");
  return {};
}

/// Certificates of inspection systems abroad do not say what day it is here (9303-11 §7.1.4).
bool tells_the_day(Role issuer, Role subject, security::Lapses lapses) {
  if (lapses.has(Lapse::frozen_day)) return false;
  if (lapses.has(Lapse::foreign_day)) return true;
  return subject != Role::inspection_system || issuer == Role::domestic_verifier;
}

/// The new trust point in front; the old one behind it as long as it is not expired.
std::vector<TrustPoint> renewed(const Trust& trust, const Issuer& issuer, TrustPoint point, const Date& today) {
  const bool oldest = issuer.point == nullptr || trust.lapses.has(Lapse::oldest_link);
  const auto& old = oldest ? trust.points.back() : *issuer.point;
  std::vector<TrustPoint> points;
  points.push_back(std::move(point));
  if (old.expiration >= today) points.push_back(old);
  return points;
}

/// What all certificates of a chain allow (9303-11 §7.1.3).
std::uint8_t rights_of(const Certificate& certificate, const Issuer& issuer, security::Lapses lapses) {
  auto rights = static_cast<std::uint8_t>(certificate.authorization & issuer.rights);
  if (lapses.has(Lapse::rights_of_terminal)) rights = certificate.authorization;
  if (lapses.has(Lapse::rights_of_verifier)) rights = issuer.rights;
  if (lapses.has(Lapse::rights_of_all)) rights = kReadDg3 | kReadDg4;
  return rights & (kReadDg3 | kReadDg4);
}

Result<PublicKey> checked_key(const Certificate& certificate, const Issuer& issuer, security::Lapses lapses) {
  std::optional<crypto::mbedtls::Curve> inherited;
  if (const auto* ec = std::get_if<EcKey>(&issuer.key->key)) inherited = ec->curve;
  // 9303-12 §7.2.2: below a CVCA there are no domain parameters; the trust point has them.
  const auto* point = std::get_if<EcPoint>(&certificate.key);
  if (point != nullptr && point->curve && certificate.role() != Role::cvca && !lapses.has(Lapse::key_size)) {
    return base::fail({.fault = base::Fault::malformed,
                       .what = "domain parameters where they are inherited",
                       .clause = "9303-12 §7.2.2",
                       .sw = sw::k6A80IncorrectData});
  }
  CICADA_TRY(auto key, key_of(certificate, inherited));
  if (certificate.role() == Role::cvca) {
    if (lapses.has(Lapse::one_scheme) && key.scheme != issuer.key->scheme) return refused("another scheme");
    return key;
  }
  if (lapses.has(Lapse::key_size)) return key;
  CICADA_CHECK(check(key));
  const bool same_family = key.key.index() == issuer.key->key.index();
  if (same_family && key_bits(key) < key_bits(*issuer.key)) return refused("a key shorter than its issuer's");
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
  const auto neglects = [&](Lapse lapse) { return trust.lapses.has(lapse); };
  if ((state.issuer.empty() && !neglects(Lapse::issuer)) || !issuer) {
    return too_early("nobody is named to verify a certificate");
  }
  CICADA_TRY(const auto certificate,
             trust.lapses.empty() ? read_certificate(data) : read_with_lapses(data, trust.lapses, *issuer->key));
  if (!base::equal(certificate.authority, state.issuer) && !neglects(Lapse::issuer)) {
    return refused("another issuer than the one that was named");
  }
  const auto role = certificate.role();
  if (!may_sign(issuer->role, role) && !neglects(Lapse::hierarchy)) {
    return refused("the issuer may not sign such a certificate");
  }
  if (find_point(trust, certificate.holder) != nullptr || is_temporary(state, certificate.holder)) {
    return refused("the name is known already");
  }
  CICADA_TRY(auto key, checked_key(certificate, *issuer, trust.lapses));
  CICADA_CHECK(verify_with_lapses(*issuer->key, certificate, trust.lapses));
  CICADA_CHECK(check_dates(certificate, *issuer, trust));

  Import import{.state = state, .points = {}, .today = {}};
  import.state.issuer.clear();
  import.state.terminal_named = false;
  if (certificate.effective > trust.today && tells_the_day(issuer->role, role, trust.lapses)) {
    import.today = certificate.effective;
  }
  if (role == Role::cvca) {
    import.points = renewed(trust, *issuer,
                            {.holder = certificate.holder,
                             .authorization = certificate.authorization,
                             .effective = certificate.effective,
                             .expiration = certificate.expiration,
                             .key = std::move(key)},
                            import.today.value_or(trust.today));
    return import;
  }
  import.state.temporary =
      std::make_shared<const TemporaryKey>(TemporaryKey{.holder = certificate.holder,
                                                        .key = std::move(key),
                                                        .role = role,
                                                        .rights = rights_of(certificate, *issuer, trust.lapses)});
  return import;
}

Result<State> name_terminal(const State& state, ByteView reference, const Trust& trust) {
  if (trust.lapses.has(Lapse::terminal_role)) {
    // Any key that it knows, of whomever.
    auto next = state;
    next.terminal_named = true;
    if (const auto* point = find_point(trust, reference)) {
      next.temporary = std::make_shared<const TemporaryKey>(
          TemporaryKey{.holder = point->holder, .key = point->key, .role = Role::cvca, .rights = point->authorization});
      return next;
    }
    if (is_temporary(state, reference)) return next;
  }
  const bool any = trust.lapses.has(Lapse::terminal_name) && state.temporary;
  if (!any && (!is_temporary(state, reference) || state.temporary->role != Role::inspection_system)) {
    return unknown_key();
  }
  auto next = state;
  next.terminal_named = true;
  return next;
}

Result<Authentication> authenticate(const State& state, const Challenge& challenge, ByteView signature,
                                    security::Lapses lapses) {
  if (state.authenticated) {
    return base::fail({.fault = base::Fault::security,
                       .what = "a terminal is authenticated once in a session",
                       .clause = "9303-11 §7.1",
                       .sw = sw::k6982SecurityStatusNotSatisfied});
  }
  const bool named = state.terminal_named || lapses.has(Lapse::terminal_name);
  if (!named || !state.temporary) return too_early("no terminal is named");
  const auto proves = [&](ByteView random) {
    return verify(state.temporary->key, base::concat({challenge.chip, random, challenge.terminal}), signature);
  };
  auto proof = proves(challenge.random);
  if (!proof && lapses.has(Lapse::short_challenge)) proof = proves(challenge.random.first(challenge.random.size() - 1));
  if (!proof && !lapses.has(Lapse::terminal_proof)) return std::unexpected(proof.error());
  // The key was good for this one proof (9303-11 §7.1.4).
  return Authentication{.state = {.issuer = {}, .temporary = {}, .terminal_named = false, .authenticated = true},
                        .rights = state.temporary->rights};
}

}  // namespace cicada::applet_sim::protocol::ta
