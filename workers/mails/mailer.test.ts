import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { createMailer, isRefusedForGood, type Mailer } from './mailer.ts';

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
});

const mail = {
  to: 'ada@sharetab.test',
  language: 'de',
  subject: 'Your order',
  html: '<p>Hello</p>',
  text: 'Hello',
  messageId: '<mail-1@sharetab.test>',
};

/** A real SMTP server; `script` defines its replies. */
async function startServer(script: Partial<SMTPServerOptions> = {}) {
  const received: { to: string[]; source: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, callback) {
      let source = '';
      stream.on('data', (chunk: Buffer) => (source += chunk.toString()));
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo.map((recipient) => recipient.address), source });
        callback();
      });
    },
    ...script,
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  closings.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { server, received, port: (server.server.address() as AddressInfo).port };
}

function connectTo(port: number, timeout = 5_000): Mailer {
  const mailer = createMailer({
    smtpUrl: `smtp://127.0.0.1:${port}`,
    from: 'Sharetab <orders@sharetab.test>',
    timeout,
  });
  closings.push(() => mailer.close());
  return mailer;
}

const refusal = (responseCode: number) => Object.assign(new Error('scripted'), { responseCode });

async function startSilentServer(onConnection: Parameters<typeof createServer>[1]): Promise<number> {
  const server: Server = createServer(onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('createMailer', () => {
  it('delivers both parts under the Message-ID it was given', async () => {
    const { port, received } = await startServer();
    await connectTo(port).send(mail);
    expect(received).toHaveLength(1);
    expect(received[0]!.to).toEqual(['ada@sharetab.test']);
    expect(received[0]!.source).toContain('Message-ID: <mail-1@sharetab.test>');
    expect(received[0]!.source).toContain('From: Sharetab <orders@sharetab.test>');
    expect(received[0]!.source).toContain('Auto-Submitted: auto-generated');
    expect(received[0]!.source).toContain('Content-Language: de');
    expect(received[0]!.source).toMatch(/text\/plain[\s\S]*text\/html/);
  });

  it('sends many at once over at most three connections', async () => {
    let open = 0;
    let most = 0;
    const { port, received } = await startServer({
      onConnect(_session, callback) {
        open += 1;
        most = Math.max(most, open);
        callback();
      },
      onClose: () => void (open -= 1),
    });
    const mailer = connectTo(port);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => mailer.send({ ...mail, messageId: `<${index}@x.test>` })),
    );
    expect(received).toHaveLength(20);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('never lets a subject or an address add a header or a recipient', async () => {
    const { port, received } = await startServer();
    const mailer = connectTo(port);
    await mailer.send({ ...mail, subject: 'Hi\r\nBcc: victim@sharetab.test' });
    expect(received[0]!.to).toEqual(['ada@sharetab.test']);
    expect(received[0]!.source).not.toMatch(/^Bcc:/im);
    const tricks = [
      'ada@sharetab.test, victim@sharetab.test',
      'ada@sharetab.test\r\nBcc: victim@sharetab.test',
    ];
    for (const to of tricks) await mailer.send({ ...mail, to }).catch(() => {});
    expect(received.flatMap((one) => one.to)).not.toContain('victim@sharetab.test');
    expect(received.map((one) => one.source).join()).not.toMatch(/^Bcc:/im);
  });

  it('throws a refusal for now as the server gave it, and delivers at the next try', async () => {
    let tries = 0;
    const { port, received } = await startServer({
      onRcptTo: (_address, _session, callback) => callback(tries++ === 0 ? refusal(451) : null),
    });
    const mailer = connectTo(port);
    const error = await mailer.send(mail).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ responseCode: 451 });
    expect(isRefusedForGood(error)).toBe(false);
    await mailer.send(mail);
    expect(received).toHaveLength(1);
  });

  it('tells a refusal for good, of the recipient or of the content, from one for now', async () => {
    const ofRecipient = await startServer({
      onRcptTo: (_address, _session, callback) => callback(refusal(550)),
    });
    const ofContent = await startServer({
      onData(stream, _session, callback) {
        stream.resume();
        stream.on('end', () => callback(refusal(554)));
      },
    });
    for (const [{ port }, responseCode] of [
      [ofRecipient, 550],
      [ofContent, 554],
    ] as const) {
      const error = await connectTo(port)
        .send(mail)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ responseCode });
      expect(isRefusedForGood(error)).toBe(true);
    }
  });

  it('throws at once when nobody listens', async () => {
    const { server, port } = await startServer();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    closings.pop();
    const error = await connectTo(port)
      .send(mail)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ESOCKET' });
    expect(isRefusedForGood(error)).toBe(false);
  });

  it('gives up on a server that never greets', async () => {
    const port = await startSilentServer((socket) => void socket.on('error', () => {}));
    await expect(connectTo(port, 150).send(mail)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('gives up on a server that takes the mail and never answers', async () => {
    const { port } = await startServer({ onData: (stream) => void stream.resume() });
    await expect(connectTo(port, 150).send(mail)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('gives up on a server that keeps the line alive without ever coming to an end', async () => {
    const port = await startSilentServer((socket) => {
      socket.on('error', () => {});
      socket.write('220 slow\r\n');
      const timer = setInterval(() => socket.write('250-still here\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    await expect(connectTo(port, 150).send(mail)).rejects.toThrow();
  });

  it('delivers on a new connection after the server has closed the idle one', async () => {
    let closed = 0;
    const { server, port, received } = await startServer({ onClose: () => void (closed += 1) });
    const mailer = connectTo(port);
    await mailer.send(mail);
    for (const connection of server.connections) connection.close();
    await expect.poll(() => closed).toBe(1);
    await mailer.send(mail);
    expect(received).toHaveLength(2);
  });

  it('delivers on a new connection after its own side found the idle one too quiet', async () => {
    let closed = 0;
    const { port, received } = await startServer({ onClose: () => void (closed += 1) });
    // Also how long the server may take for each step of the delivery.
    const mailer = connectTo(port, 2_000);
    await mailer.send(mail);
    await expect.poll(() => closed).toBe(1);
    await mailer.send(mail);
    expect(received).toHaveLength(2);
  });
});
