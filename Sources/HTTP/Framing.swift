/// What the fields of a head say about its body and its connection.
struct Framing {
    var bodyLength = Head.BodyLength.none
    var keepsAlive = true
    var expectsContinue = false
}
