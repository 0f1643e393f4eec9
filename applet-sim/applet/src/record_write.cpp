#include "cicada/applet_sim/applet/record.h"
#include "cicada/base/cursor.h"
#include "cicada/base/secret.h"
#include "record_kind.h"

namespace cicada::applet_sim::applet {
namespace {

using base::Bytes;
using base::ByteView;

class Writer {
 public:
  void operator()(const Initialize& change) {
    kind(Kind::initialize);
    base::append(out_, change.serial);
  }
  void operator()(const SetTransportKeys& change) { write(change.keys); }
  void operator()(const SetSequenceCounter& change) {
    kind(Kind::sequence_counter);
    base::append_unsigned(out_, change.value, 4);
  }
  void operator()(const CreateFile& change) {
    kind(Kind::create_file);
    write(change.spec);
  }
  void operator()(const RemakeFile& change) {
    kind(Kind::remake_file);
    out_.push_back(static_cast<std::uint8_t>(change.file));
    write(change.spec);
  }
  void operator()(const SetManager& change) { write(change.state); }
  void operator()(const SetKeyCounter& change) {
    kind(Kind::key_counter);
    out_.push_back(change.key_version);
    base::append_unsigned(out_, change.value, 4);
  }
  void operator()(const SetRsaHalf& change) { write(change.exponent, change.octets.expose()); }
  void write(const fs::FileSpec& spec) {
    out_.push_back(spec.parent ? static_cast<std::uint8_t>(*spec.parent) : kInMf);
    base::append_unsigned(out_, spec.fid, 2);
    out_.push_back(static_cast<std::uint8_t>(spec.aid.size()));
    base::append(out_, spec.aid);
    base::append_unsigned(out_, spec.size, 2);
    out_.push_back(spec.sfi);
    out_.push_back(spec.security_condition);
  }
  void operator()(const WriteBinary& change) { write(change.file, change.offset, change.data); }
  void operator()(const SetAccessKeys& change) { write(change.keys); }
  void operator()(const SetLifeCycle& change) {
    kind(Kind::life_cycle);
    out_.push_back(static_cast<std::uint8_t>(change.to));
  }
  void operator()(const SetPacePassword& change) { write(change.password); }
  void operator()(const SetTries& change) {
    kind(Kind::tries);
    out_.push_back(static_cast<std::uint8_t>(change.id));
    out_.push_back(change.tries);
  }
  void operator()(const AddPaceProtocol& change) { write(change.protocol); }
  void operator()(const SetActiveKey& change) { write(change.key); }
  void operator()(const SetChipKey& change) { write(change.key); }
  void operator()(const SetTrustPoints& change) { write(change.points); }
  void operator()(const SetCurrentDate& change) {
    kind(Kind::current_date);
    base::append(out_, change.date);
  }
  void operator()(const SetCvcaFile& change) {
    kind(Kind::cvca_file);
    out_.push_back(static_cast<std::uint8_t>(change.file));
  }
  void operator()(const SetDocumentNumber& change) {
    kind(Kind::document_number);
    text(change.number);
  }
  void operator()(const Erase& /*change*/) { kind(Kind::erase); }

  // What a snapshot writes straight from the state.
  void write(const manager::State& state) {
    kind(Kind::manager);
    auto octets = manager::encode(state);
    const base::Wiper wiper{octets};
    text(octets);
  }
  void write(bool exponent, ByteView half) {
    kind(Kind::rsa_half);
    out_.push_back(exponent ? 1 : 0);
    text(half);
  }
  void write(const protocol::scp03::StaticKeys& keys) {
    kind(Kind::transport_keys);
    base::append(out_, keys.k_enc.expose());
    base::append(out_, keys.k_mac.expose());
    base::append(out_, keys.k_dek.expose());
  }
  void write(const protocol::bac::AccessKeys& keys) {
    kind(Kind::access_keys);
    base::append(out_, keys.k_enc.expose());
    base::append(out_, keys.k_mac.expose());
  }
  void write(fs::FileId file, std::uint16_t offset, ByteView data) {
    kind(Kind::write_binary);
    out_.push_back(static_cast<std::uint8_t>(file));
    base::append_unsigned(out_, offset, 2);
    text(data);
  }
  void write(const PacePassword& password) {
    kind(Kind::pace_password);
    out_.push_back(static_cast<std::uint8_t>(password.id));
    text(password.k.expose());
    out_.push_back(password.max_tries);
    out_.push_back(password.tries);
  }
  void write(const PaceProtocol& protocol) {
    kind(Kind::pace_protocol);
    text(protocol.oid);
    out_.push_back(protocol.parameter_id);
  }
  void write(const ActiveKey& key) {
    kind(Kind::active_key);
    out_.push_back(static_cast<std::uint8_t>(key.hash));
    std::visit([this](const auto& secret) { write(secret); }, key.secret);
  }
  void write(const ChipKey& key) {
    kind(Kind::chip_key);
    out_.push_back(key.id.value_or(kNoKeyId));
    std::visit([this](const auto& secret) { write(secret); }, key.secret);
    out_.push_back(static_cast<std::uint8_t>(key.protocols.size()));
    for (const auto& protocol : key.protocols) text(protocol);
  }
  void write(const std::vector<protocol::ta::TrustPoint>& points) {
    kind(Kind::trust_points);
    out_.push_back(static_cast<std::uint8_t>(points.size()));
    for (const auto& point : points) {
      text(point.holder);
      out_.push_back(point.authorization);
      base::append(out_, point.effective);
      base::append(out_, point.expiration);
      out_.push_back(static_cast<std::uint8_t>(point.key.scheme));
      std::visit([this](const auto& key) { write(key); }, point.key.key);
    }
  }

  /// Room for keys before they come: growing would leave copies of them behind.
  void reserve(std::size_t size) { out_.reserve(size); }
  Bytes take() { return std::move(out_); }

 private:
  void kind(Kind kind) { out_.push_back(static_cast<std::uint8_t>(kind)); }
  void kind(KeyKind kind) { out_.push_back(static_cast<std::uint8_t>(kind)); }
  /// Length in two octets, and the octets.
  void text(ByteView octets) {
    base::append_unsigned(out_, octets.size(), 2);
    base::append(out_, octets);
  }
  void write(const RsaSecret& secret) {
    kind(KeyKind::rsa);
    text(secret.p.expose());
    text(secret.q.expose());
    text(secret.exponent);
  }
  void write(const EcSecret& secret) {
    kind(KeyKind::ec);
    out_.push_back(static_cast<std::uint8_t>(secret.curve));
    text(secret.scalar.expose());
  }
  void write(const DhSecret& secret) {
    kind(KeyKind::dh);
    out_.push_back(static_cast<std::uint8_t>(secret.group));
    text(secret.exponent.expose());
  }
  void write(const protocol::ta::RsaKey& key) {
    kind(KeyKind::rsa);
    text(key.modulus);
    text(key.exponent);
  }
  void write(const protocol::ta::EcKey& key) {
    kind(KeyKind::ec);
    out_.push_back(static_cast<std::uint8_t>(key.curve));
    text(key.point);
  }
  Bytes out_;
};

void write_files(Writer& writer, const fs::FileSystem& files) {
  for (std::size_t i = 0; i < files.count(); ++i) {
    const auto id = static_cast<fs::FileId>(i);
    if (const auto* df = files.df(id)) {
      writer(CreateFile{.spec = {.parent = {}, .fid = df->fid, .aid = df->aid}});
    } else if (const auto* ef = files.ef(id)) {
      writer(CreateFile{.spec = {.parent = ef->parent,
                                 .fid = ef->fid,
                                 .aid = {},
                                 .size = static_cast<std::uint16_t>(ef->content.size()),
                                 .sfi = ef->sfi,
                                 .security_condition = ef->read.octet()}});
      writer.write(id, 0, ef->content);
    }
  }
}

void write_chip(Writer& writer, const CardState& card) {
  for (const auto& password : card.passwords) {
    if (password) writer.write(*password);
  }
  for (const auto& protocol : card.pace_protocols) writer.write(protocol);
  if (card.active_key) writer.write(*card.active_key);
  for (const auto& key : card.chip_keys) writer.write(key);
  if (!card.trust_points.empty()) writer.write(card.trust_points);
  if (card.current_date != protocol::ta::Date{}) writer(SetCurrentDate{card.current_date});
  if (card.cvca_file) writer(SetCvcaFile{*card.cvca_file});
  if (!card.rsa_modulus.empty()) writer.write(false, card.rsa_modulus.expose());
  if (!card.rsa_exponent.empty()) writer.write(true, card.rsa_exponent.expose());
  if (!card.document_number.empty()) writer(SetDocumentNumber{card.document_number});
}

}  // namespace

Bytes encode(std::span<const Change> changes) {
  constexpr std::size_t kLargestCommand = 4096;  // a card manager, or two trust points of RSA-4096 and EF.CVCA
  Writer writer;
  writer.reserve(kLargestCommand);
  for (const auto& change : changes) std::visit(writer, change);
  return writer.take();
}

Bytes encode_snapshot(const CardState& card) {
  constexpr std::size_t kPerFile = 64;
  constexpr std::size_t kKeysAndTrust =
      12288;  // card manager, passwords, an RSA key, four chip keys of 4 protocols, trust points
  Writer writer;
  std::size_t size = kKeysAndTrust + kPerFile * card.files.count();
  for (std::size_t i = 0; i < card.files.count(); ++i) {
    if (const auto* ef = card.files.ef(static_cast<fs::FileId>(i))) size += ef->content.size();
  }
  writer.reserve(size);
  writer(Initialize{.serial = card.serial});
  if (card.transport_keys) writer.write(*card.transport_keys);
  if (card.manager) writer.write(*card.manager);
  writer(SetSequenceCounter{.value = card.sequence_counter});
  write_files(writer, card.files);
  if (card.access_keys) writer.write(*card.access_keys);
  write_chip(writer, card);
  writer(SetLifeCycle{.to = card.life_cycle});
  return writer.take();
}

}  // namespace cicada::applet_sim::applet
